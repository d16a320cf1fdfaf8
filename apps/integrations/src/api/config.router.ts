import type { TRPCRouterRecord } from '@trpc/server';

export const configRouter = {} satisfies TRPCRouterRecord;
