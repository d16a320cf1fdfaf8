import type { TRPCRouterRecord } from '@trpc/server';

export const haierRouter = {} satisfies TRPCRouterRecord;
