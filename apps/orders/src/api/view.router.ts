import { viewApi } from '@orderbridge/contracts/view-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { keepView } from '../staff/keep-view.ts';
import { listViews } from '../staff/list-views.ts';
import { removeView } from '../staff/remove-view.ts';
import { person } from './trpc.ts';

export const viewRouter = {
  list: person
    .output(viewApi.list.output)
    .query(async ({ ctx }) => ({ views: await listViews(ctx.orm.em.fork(), ctx.principal) })),
  keep: person
    .input(viewApi.keep.input)
    .output(viewApi.keep.output)
    .mutation(async ({ ctx, input }) => ({ views: await keepView(ctx, input) })),
  remove: person
    .input(viewApi.remove.input)
    .output(viewApi.remove.output)
    .mutation(async ({ ctx, input }) => ({ views: await removeView(ctx, input) })),
} satisfies TRPCRouterRecord;
