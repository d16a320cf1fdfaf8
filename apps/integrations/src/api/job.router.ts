import type { TRPCRouterRecord } from '@trpc/server';

export const jobRouter = {} satisfies TRPCRouterRecord;
