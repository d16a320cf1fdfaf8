import { paymentApi } from '@orderbridge/contracts/orders-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { openPayment } from '../payments/open-payment.ts';
import { staff } from './trpc.ts';

export const paymentRouter = {
  open: staff('payments.open')
    .input(paymentApi.open.input)
    .output(paymentApi.open.output)
    .mutation(({ ctx, input }) =>
      openPayment({ ...ctx, paymentTimeoutMs: ctx.config.paymentTimeoutMs, methods: ctx.config.paymentMethods }, input),
    ),
} satisfies TRPCRouterRecord;
