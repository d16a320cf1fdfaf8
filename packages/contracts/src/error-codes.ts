/**
 * Codes that staff API errors carry in `error.data.errorCode` (domain.md §3.14 and our own).
 * The text beside a code is for a person and may change; the code may not.
 */
export const ERROR_CODES = [
  'BAD_INPUT',
  'NOT_SIGNED_IN',
  'SIGN_IN_FAILED',
  'NOT_ALLOWED',
  'NOT_FOUND',
  'REFUSED',
  'CONFLICT',
  'TOO_MANY_REQUESTS',
  'INSUFFICIENT_STOCK',
  'PRODUCT_NOT_FOR_SALE',
  'INVALID_ORDER_STATUS',
  'ORDER_EXPIRED',
  'PAYMENT_METHOD_UNAVAILABLE',
  'INVALID_PAYMENT_AMOUNT',
  'PAYMENT_PROVIDER_FAILED',
  'UPSTREAM_TIMEOUT',
  'SUPPLIER_API_ERROR',
  'SUPPLIER_AUTH_FAILED',
  'SUPPLIER_NOT_CONFIGURED',
  'STEP_UP_REQUIRED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
