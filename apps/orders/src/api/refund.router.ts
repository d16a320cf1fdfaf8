import { refundApi } from '@orderbridge/contracts/orders-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { approveRefund } from '../payments/approve-refund.ts';
import { declineRefund } from '../payments/decline-refund.ts';
import { getRefund } from '../payments/get-refund.ts';
import { listRefunds } from '../payments/list-refunds.ts';
import { retryRefund } from '../payments/retry-refund.ts';
import { fresh, staff } from './trpc.ts';

export const refundRouter = {
  list: staff('refunds.view')
    .input(refundApi.list.input)
    .output(refundApi.list.output)
    .query(({ ctx, input }) => listRefunds(ctx.orm.em.fork(), input, ctx.by)),
  get: staff('refunds.view')
    .input(refundApi.get.input)
    .output(refundApi.get.output)
    .query(({ ctx, input }) => getRefund(ctx.orm.em.fork(), input, ctx.by)),
  retry: fresh('refunds.retry')
    .input(refundApi.retry.input)
    .output(refundApi.retry.output)
    .mutation(({ ctx, input }) => retryRefund(ctx, input)),
  approve: fresh('refunds.request')
    .input(refundApi.approve.input)
    .output(refundApi.approve.output)
    .mutation(({ ctx, input }) => approveRefund(ctx, input)),
  decline: fresh('refunds.request')
    .input(refundApi.decline.input)
    .output(refundApi.decline.output)
    .mutation(({ ctx, input }) => declineRefund(ctx, input)),
} satisfies TRPCRouterRecord;
