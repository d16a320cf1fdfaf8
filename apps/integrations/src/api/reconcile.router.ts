import { reconcileApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { readProgress } from '../reconcile/reconcile-progress.ts';
import { runReconcile } from '../reconcile/run-reconcile.ts';
import { staff } from './trpc.ts';

export const reconcileRouter = {
  run: staff('reconcile.run')
    .input(reconcileApi.run.input)
    .output(reconcileApi.run.output)
    .mutation(({ ctx, input }) => runReconcile(ctx, input)),
  progress: staff('reconcile.run')
    .input(reconcileApi.progress.input)
    .output(reconcileApi.progress.output)
    .query(({ ctx, input }) => readProgress(ctx.orm.em.fork(), input.runId)),
} satisfies TRPCRouterRecord;
