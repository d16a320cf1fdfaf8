import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';

/** What this server says in place of a service, in the form the client reads from services. */
export type Refusal = {
  httpStatus: 400 | 403 | 404 | 405 | 413 | 502 | 504;
  errorCode: ErrorCode;
  message: string;
  messageEn: string;
};

export function trpcError(refusal: Refusal, requestId: string): Response {
  const { name, rpcCode } = RPC_CODES[refusal.httpStatus];
  const error: ApiErrorShape = {
    message: refusal.message,
    code: rpcCode,
    data: {
      code: name,
      httpStatus: refusal.httpStatus,
      errorCode: refusal.errorCode,
      messageEn: refusal.messageEn,
      requestId,
    },
  };
  return Response.json(
    { error },
    { status: refusal.httpStatus, headers: { 'cache-control': 'no-store', 'x-request-id': requestId } },
  );
}

const RPC_CODES = {
  400: { name: 'BAD_REQUEST', rpcCode: -32_600 },
  403: { name: 'FORBIDDEN', rpcCode: -32_003 },
  404: { name: 'NOT_FOUND', rpcCode: -32_004 },
  405: { name: 'METHOD_NOT_SUPPORTED', rpcCode: -32_005 },
  413: { name: 'PAYLOAD_TOO_LARGE', rpcCode: -32_013 },
  502: { name: 'BAD_GATEWAY', rpcCode: -32_603 },
  504: { name: 'GATEWAY_TIMEOUT', rpcCode: -32_603 },
} as const satisfies Record<Refusal['httpStatus'], { name: string; rpcCode: ApiErrorShape['code'] }>;
