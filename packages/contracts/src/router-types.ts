import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCRouterRecord,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc';
import type { z } from 'zod';
import type { ErrorCode } from './error-codes.ts';

/** Input and output schema of one procedure. */
export type Shape = { input: z.ZodType; output: z.ZodType };

type Definition<P extends Shape> = { input: z.input<P['input']>; output: z.output<P['output']>; meta: any };

export type Query<P extends Shape> = TRPCQueryProcedure<Definition<P>>;
export type Mutation<P extends Shape> = TRPCMutationProcedure<Definition<P>>;

/** A subscription whose events carry an id to resume from (tRPC `tracked`). */
export type Feed<P extends Shape> = TRPCSubscriptionProcedure<{
  input: z.input<P['input']>;
  output: AsyncIterable<{ id: string; data: z.output<P['output']> }, void>;
  meta: any;
}>;

/** What a person or client can act on: tRPC's code, ours, and the fields that were wrong. */
export type ApiErrorData = {
  code: string;
  httpStatus: number;
  errorCode: ErrorCode;
  /** Text in English beside the Chinese `message`. */
  messageEn: string;
  requestId: string;
  /** Path of each bad input field and what is wrong with it; only with BAD_INPUT. */
  fields?: { path: string; message: string }[];
};
export type ApiErrorShape = { message: string; code: TRPC_ERROR_CODE_NUMBER; data: ApiErrorData };

/** The type of a built router as clients see it; `ctx` and `meta` are the server's business (docs/adr/0001). */
export type Api<R extends TRPCRouterRecord> = TRPCBuiltRouter<
  { ctx: any; meta: any; errorShape: ApiErrorShape; transformer: false },
  R
>;
