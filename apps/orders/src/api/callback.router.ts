import { callbackApi } from '@orderbridge/contracts/orders-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { getCallback } from '../callbacks/callback-view.ts';
import { listCallbacks } from '../callbacks/list-callbacks.ts';
import { replayCallback } from '../callbacks/replay-callback.ts';
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
} satisfies TRPCRouterRecord;
