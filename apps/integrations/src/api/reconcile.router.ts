import type { TRPCRouterRecord } from '@trpc/server';

export const reconcileRouter = {} satisfies TRPCRouterRecord;
