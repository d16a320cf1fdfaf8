import { jobApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { getJob } from '../jobs/get-job.ts';
import { listBatches } from '../jobs/list-batches.ts';
import { listJobs } from '../jobs/list-jobs.ts';
import { retryJob } from '../jobs/retry-job.ts';
import { setBatchPaused } from '../jobs/set-batch-paused.ts';
import { staff } from './trpc.ts';

export const jobRouter = {
  list: staff('integrations.view')
    .input(jobApi.list.input)
    .output(jobApi.list.output)
    .query(({ ctx, input }) => listJobs(ctx.orm.em.fork(), input, ctx.now())),
  get: staff('integrations.view')
    .input(jobApi.get.input)
    .output(jobApi.get.output)
    .query(({ ctx, input }) => getJob(ctx.orm.em.fork(), input, ctx.now())),
  retry: staff('jobs.manage')
    .input(jobApi.retry.input)
    .output(jobApi.retry.output)
    .mutation(({ ctx, input }) => retryJob(ctx, input)),
  batches: staff('integrations.view')
    .input(jobApi.batches.input)
    .output(jobApi.batches.output)
    .query(({ ctx, input }) => listBatches(ctx.orm.em.fork(), input)),
  pause: staff('jobs.manage')
    .input(jobApi.pause.input)
    .output(jobApi.pause.output)
    .mutation(({ ctx, input }) => setBatchPaused(ctx, input.batchId, true)),
  resume: staff('jobs.manage')
    .input(jobApi.resume.input)
    .output(jobApi.resume.output)
    .mutation(({ ctx, input }) => setBatchPaused(ctx, input.batchId, false)),
} satisfies TRPCRouterRecord;
