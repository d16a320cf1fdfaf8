import { type TRPCError, getTRPCErrorFromUnknown } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Context } from 'hono';
import { describeForCaller, type ErrorShape } from './api-errors.ts';
import { UnfitRequest } from './json-requests.ts';
import type { Log } from './logger.ts';

/** What is known of a request that is refused. */
type Asked = { readonly requestId: string; readonly procedure?: string | undefined };

type RefusalsOptions<A extends Asked> = {
  readonly log: Pick<Log<'procedure' | 'errorCode'>, 'info' | 'error'>;
  /** Counts one refusal of this HTTP status. */
  readonly count: (status: string) => void;
  /** What the line says of the request, besides its status; a name that is on no allow-list is left out. */
  readonly fieldsOf?: (asked: A) => Readonly<Record<string, unknown>>;
  /** Headers that go with an error, for instance when to ask again. */
  readonly headersOf?: (cause: unknown) => [string, string][];
};

/** What is done with every request that gets no result: one line, one count and, outside of tRPC, its error shape. */
export function refusals<A extends Asked>({
  log,
  count,
  fieldsOf = () => ({}),
  headersOf = () => [],
}: RefusalsOptions<A>) {
  const note = (asked: A, status: number, code: string, cause?: unknown) => {
    count(String(status));
    const isOurFault = status >= 500 && status !== 503 && status !== 504;
    const { requestId, procedure } = asked;
    log[isOurFault ? 'error' : 'info'](
      'request refused',
      { requestId, procedure, status, errorCode: code, ...fieldsOf(asked) },
      status >= 500 ? cause : undefined,
    );
  };

  return {
    /** For what tRPC answers itself. */
    noteError: (asked: A, error: TRPCError): void => {
      const { httpStatus, errorCode } = describe(asked, error).data;
      note(asked, httpStatus, errorCode, error.cause);
    },

    /** For what never reaches a procedure. */
    answer: (c: Context, asked: A, error: unknown): Response => {
      if (error instanceof UnfitRequest) {
        const { code, errorCode } = UNFIT[error.status];
        note(asked, error.status, errorCode);
        const shape: ErrorShape<'NOT_ALLOWED'> = {
          message: error.message,
          code: TRPC_ERROR_CODES_BY_KEY[code],
          data: { code, httpStatus: error.status, errorCode, messageEn: error.messageEn, requestId: asked.requestId },
        };
        return c.json({ error: shape }, error.status);
      }
      const known = getTRPCErrorFromUnknown(error);
      const shape = describe(asked, known);
      note(asked, shape.data.httpStatus, shape.data.errorCode, known.cause);
      return c.json({ error: shape }, shape.data.httpStatus as 500, Object.fromEntries(headersOf(known.cause)));
    },
  };
}

const describe = ({ requestId }: Asked, error: TRPCError) =>
  describeForCaller(
    {
      code: TRPC_ERROR_CODES_BY_KEY[error.code],
      data: { code: error.code, httpStatus: getHTTPStatusCodeFromError(error) },
    },
    error,
    requestId,
  );

const UNFIT = {
  403: { code: 'FORBIDDEN', errorCode: 'NOT_ALLOWED' },
  413: { code: 'PAYLOAD_TOO_LARGE', errorCode: 'BAD_INPUT' },
  414: { code: 'BAD_REQUEST', errorCode: 'BAD_INPUT' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', errorCode: 'BAD_INPUT' },
} as const satisfies Record<
  UnfitRequest['status'],
  { code: keyof typeof TRPC_ERROR_CODES_BY_KEY; errorCode: 'NOT_ALLOWED' | 'BAD_INPUT' }
>;
