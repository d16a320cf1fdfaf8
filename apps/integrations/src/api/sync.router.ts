import { syncApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { cancelSync } from '../sync/cancel-sync.ts';
import { getSync } from '../sync/get-sync.ts';
import { listSyncs } from '../sync/list-syncs.ts';
import { startSync } from '../sync/start-sync.ts';
import { staff } from './trpc.ts';

export const syncRouter = {
  start: staff('integrations.sync')
    .input(syncApi.start.input)
    .output(syncApi.start.output)
    .mutation(({ ctx, input }) => startSync(ctx, input)),
  list: staff('integrations.view')
    .input(syncApi.list.input)
    .output(syncApi.list.output)
    .query(({ ctx, input }) => listSyncs(ctx.orm.em.fork(), input)),
  get: staff('integrations.view')
    .input(syncApi.get.input)
    .output(syncApi.get.output)
    .query(({ ctx, input }) => getSync(ctx.orm.em.fork(), input)),
  cancel: staff('integrations.sync')
    .input(syncApi.cancel.input)
    .output(syncApi.cancel.output)
    .mutation(({ ctx, input }) => cancelSync(ctx, input)),
} satisfies TRPCRouterRecord;
