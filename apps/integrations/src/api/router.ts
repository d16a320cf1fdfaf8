import { type IntegrationsApi, orderEventApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { listOrderEvents } from '../order-events/list-order-events.ts';
import { staff, t } from './trpc.ts';

const orderEventRouter = {
  list: staff('integrations.view')
    .input(orderEventApi.list.input)
    .output(orderEventApi.list.output)
    .query(({ ctx, input }) => listOrderEvents(ctx.orm.em.fork(), input)),
} satisfies TRPCRouterRecord;

export const integrationsRouter = t.router({ orderEvent: orderEventRouter }) satisfies IntegrationsApi;
