import { type IntegrationsApi, orderEventApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { listOrderEvents } from '../order-events/list-order-events.ts';
import { configRouter } from './config.router.ts';
import { haierRouter } from './haier.router.ts';
import { jobRouter } from './job.router.ts';
import { overviewRouter } from './overview.router.ts';
import { reconcileRouter } from './reconcile.router.ts';
import { syncRouter } from './sync.router.ts';
import { systemRouter } from './system.router.ts';
import { staff, t } from './trpc.ts';

const orderEventRouter = {
  list: staff('integrations.view')
    .input(orderEventApi.list.input)
    .output(orderEventApi.list.output)
    .query(({ ctx, input }) => listOrderEvents(ctx.orm.em.fork(), input)),
} satisfies TRPCRouterRecord;

export const integrationsRouter = t.router({
  orderEvent: orderEventRouter,
  config: configRouter,
  haier: haierRouter,
  sync: syncRouter,
  job: jobRouter,
  reconcile: reconcileRouter,
  overview: overviewRouter,
  system: systemRouter,
}) satisfies IntegrationsApi;
