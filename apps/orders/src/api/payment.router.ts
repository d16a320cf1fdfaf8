import { paymentApi } from '@orderbridge/contracts/orders-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { getPayment } from '../payments/get-payment.ts';
import { listPayments } from '../payments/list-payments.ts';
import { openPayment } from '../payments/open-payment.ts';
import { syncPayment } from '../payments/sync-payment.ts';
import { staff } from './trpc.ts';

export const paymentRouter = {
  open: staff('payments.open')
    .input(paymentApi.open.input)
    .output(paymentApi.open.output)
    .mutation(({ ctx, input }) => openPayment({ ...ctx, ...ctx.config.payments }, input)),
  list: staff('payments.view')
    .input(paymentApi.list.input)
    .output(paymentApi.list.output)
    .query(({ ctx, input }) => listPayments(ctx.orm.em.fork(), input)),
  get: staff('payments.view')
    .input(paymentApi.get.input)
    .output(paymentApi.get.output)
    .query(({ ctx, input }) => getPayment(ctx.orm.em.fork(), input, ctx.by)),
  sync: staff('payments.sync')
    .input(paymentApi.sync.input)
    .output(paymentApi.sync.output)
    .mutation(({ ctx, input }) => syncPayment(ctx, input)),
} satisfies TRPCRouterRecord;
