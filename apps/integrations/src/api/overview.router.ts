import { integrationsOverviewApi } from '@orderbridge/contracts/overview-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { staff } from './trpc.ts';

export const overviewRouter = {
  get: staff('integrations.view')
    .input(integrationsOverviewApi.get.input)
    .output(integrationsOverviewApi.get.output)
    .query(({ ctx }) => ctx.readOverview()),
} satisfies TRPCRouterRecord;
