import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import { UnfitRequest } from '@orderbridge/service-kit/json-requests';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Context } from 'hono';
import type { OrdersContext } from '../context.ts';
import { TooMany } from '../errors.ts';
import { actorOf, type Principal } from '../staff/principal.ts';
import { describeForCaller } from './error-to-trpc.ts';

type Asked = {
  readonly requestId: string;
  readonly source: string;
  readonly procedure?: string | undefined;
  readonly principal?: Principal | undefined;
};

/** What is done with every request that gets no result: one line, one count and, outside of tRPC, its error shape. */
export function refusals({ log, metrics }: OrdersContext) {
  const counter = metrics.all.counter('orders_requests_refused_total', 'API requests answered with an error', [
    'status',
  ] as const);

  const note = (
    { requestId, source, procedure, principal }: Asked,
    status: number,
    errorCode: ErrorCode,
    cause?: unknown,
  ) => {
    counter.inc({ status: String(status) });
    const actor = principal ? actorOf(principal) : 'nobody';
    log[status >= 500 && status !== 503 && status !== 504 ? 'error' : 'info'](
      'request refused',
      { requestId, source, procedure, status, errorCode, actor },
      status >= 500 ? cause : undefined,
    );
  };

  return {
    /** For what tRPC answers itself. */
    noteError: (asked: Asked, error: TRPCError): void => {
      const { httpStatus, errorCode } = describe(asked, error).data;
      note(asked, httpStatus, errorCode, error.cause);
    },

    /** For what never reaches a procedure. */
    answer: (c: Context, asked: Asked, error: unknown): Response => {
      if (error instanceof UnfitRequest) {
        const { code, errorCode } = UNFIT[error.status];
        note(asked, error.status, errorCode);
        const shape: ApiErrorShape = {
          message: error.message,
          code: TRPC_ERROR_CODES_BY_KEY[code],
          data: { code, httpStatus: error.status, errorCode, messageEn: error.messageEn, requestId: asked.requestId },
        };
        return c.json({ error: shape }, error.status);
      }
      const known = error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
      const shape = describe(asked, known);
      note(asked, shape.data.httpStatus, shape.data.errorCode, known.cause);
      return c.json({ error: shape }, shape.data.httpStatus as 500, Object.fromEntries(retryAfter(known.cause)));
    },
  };
}

const describe = ({ requestId }: Asked, error: TRPCError): ApiErrorShape =>
  describeForCaller(
    {
      code: TRPC_ERROR_CODES_BY_KEY[error.code],
      data: { code: error.code, httpStatus: getHTTPStatusCodeFromError(error) },
    },
    error,
    requestId,
  );

/** The header that says when to ask again, where that is known. */
export const retryAfter = (cause: unknown): [string, string][] =>
  cause instanceof TooMany && cause.retryAfterMs !== undefined
    ? [['retry-after', String(Math.max(1, Math.ceil(cause.retryAfterMs / 1000)))]]
    : [];

const UNFIT = {
  403: { code: 'FORBIDDEN', errorCode: 'NOT_ALLOWED' },
  413: { code: 'PAYLOAD_TOO_LARGE', errorCode: 'BAD_INPUT' },
  414: { code: 'BAD_REQUEST', errorCode: 'BAD_INPUT' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', errorCode: 'BAD_INPUT' },
} as const satisfies Record<
  UnfitRequest['status'],
  { code: keyof typeof TRPC_ERROR_CODES_BY_KEY; errorCode: ErrorCode }
>;
