import type { TRPCRouterRecord } from '@trpc/server';

export const syncRouter = {} satisfies TRPCRouterRecord;
