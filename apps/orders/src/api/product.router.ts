import type { TRPCRouterRecord } from '@trpc/server';

export const productRouter = {} satisfies TRPCRouterRecord;
