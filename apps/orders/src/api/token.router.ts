import type { TRPCRouterRecord } from '@trpc/server';

export const tokenRouter = {} satisfies TRPCRouterRecord;
