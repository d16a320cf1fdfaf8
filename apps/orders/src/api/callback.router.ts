import { callbackApi } from '@orderbridge/contracts/orders-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { countCallbacks } from '../callbacks/count-callbacks.ts';
import { explainSignature } from '../callbacks/explain-signature.ts';
import { getCallback } from '../callbacks/callback-view.ts';
import { listCallbacks } from '../callbacks/list-callbacks.ts';
import { readReplayBatch } from '../callbacks/read-replay-batch.ts';
import { replayCallback } from '../callbacks/replay-callback.ts';
import { replayMany } from '../callbacks/replay-many.ts';
import { whatIf } from '../callbacks/what-if.ts';
import { staff } from './trpc.ts';

export const callbackRouter = {
  list: staff('callbacks.view')
    .input(callbackApi.list.input)
    .output(callbackApi.list.output)
    .query(({ ctx, input }) => listCallbacks(ctx.orm.em.fork(), input)),
  get: staff('callbacks.view')
    .input(callbackApi.get.input)
    .output(callbackApi.get.output)
    .query(({ ctx, input }) => getCallback(ctx.orm.em.fork(), input.id)),
  whatIf: staff('callbacks.view')
    .input(callbackApi.whatIf.input)
    .output(callbackApi.whatIf.output)
    .query(({ ctx, input }) => whatIf(ctx, input)),
  replay: staff('callbacks.replay')
    .input(callbackApi.replay.input)
    .output(callbackApi.replay.output)
    .mutation(({ ctx, input }) => replayCallback(ctx, input)),
  count: staff('callbacks.view')
    .input(callbackApi.count.input)
    .output(callbackApi.count.output)
    .query(({ ctx, input }) => countCallbacks(ctx.orm.em.fork(), input)),
  replayMany: staff('callbacks.replay')
    .input(callbackApi.replayMany.input)
    .output(callbackApi.replayMany.output)
    .mutation(({ ctx, input }) => replayMany(ctx, input)),
  replayBatch: staff('callbacks.replay')
    .input(callbackApi.replayBatch.input)
    .output(callbackApi.replayBatch.output)
    .query(({ ctx, input }) => readReplayBatch(ctx.orm.em.fork(), input.batchId)),
  signature: staff('callbacks.view')
    .input(callbackApi.signature.input)
    .output(callbackApi.signature.output)
    .mutation(({ ctx, input }) => explainSignature(ctx, input)),
} satisfies TRPCRouterRecord;
