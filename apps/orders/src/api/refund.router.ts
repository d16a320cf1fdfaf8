import type { TRPCRouterRecord } from '@trpc/server';

export const refundRouter = {} satisfies TRPCRouterRecord;
