import type { TRPCRouterRecord } from '@trpc/server';

export const exceptionRouter = {} satisfies TRPCRouterRecord;
