import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { toTRPCError as mapped } from '@orderbridge/service-kit/api-errors';
import type { TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';

/** The one place where meaning becomes a transport code. */
const CODES: Partial<Record<ErrorCode, TRPC_ERROR_CODE_KEY>> = {
  BAD_INPUT: 'BAD_REQUEST',
  NOT_SIGNED_IN: 'UNAUTHORIZED',
  SIGN_IN_FAILED: 'UNAUTHORIZED',
  NOT_ALLOWED: 'FORBIDDEN',
  STEP_UP_REQUIRED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  INSUFFICIENT_STOCK: 'CONFLICT',
  ORDER_EXPIRED: 'CONFLICT',
  INVALID_ORDER_STATUS: 'CONFLICT',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  UPSTREAM_TIMEOUT: 'GATEWAY_TIMEOUT',
  SUPPLIER_API_ERROR: 'BAD_GATEWAY',
  SUPPLIER_AUTH_FAILED: 'BAD_GATEWAY',
  SUPPLIER_NOT_CONFIGURED: 'INTERNAL_SERVER_ERROR',
};

/** Gives a domain error its transport code and leaves everything else as it is. */
export const toTRPCError = (error: TRPCError): TRPCError => mapped<ErrorCode>(error, CODES);
