import { ordersOverviewApi } from '@orderbridge/contracts/overview-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { staff } from './trpc.ts';

export const overviewRouter = {
  get: staff('orders.view')
    .input(ordersOverviewApi.get.input)
    .output(ordersOverviewApi.get.output)
    .query(({ ctx }) => ctx.readOverview()),
} satisfies TRPCRouterRecord;
