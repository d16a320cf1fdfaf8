import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import { type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { isDatabaseUnavailable } from '../database-errors.ts';
import { DomainError } from '../errors.ts';

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
};

/** Gives a domain error its transport code and leaves everything else as it is. */
export function toTRPCError(error: TRPCError): TRPCError {
  const { cause } = error;
  if (cause instanceof DomainError)
    return new TRPCError({ code: CODES[cause.code] ?? 'BAD_REQUEST', message: cause.message, cause });
  if (isDatabaseUnavailable(cause))
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: '服务暂时不可用，请稍后重试', cause });
  return error;
}

/** What a caller learns of an error: texts and codes for what they can act on, a request id for the rest. */
export function describeForCaller(
  shape: { code: ApiErrorShape['code']; data: { code: string; httpStatus: number } },
  error: TRPCError,
  requestId: string,
): ApiErrorShape {
  const { cause } = error;
  const say = (
    errorCode: ErrorCode,
    message: string,
    messageEn: string,
    fields?: { path: string; message: string }[],
  ): ApiErrorShape => ({
    code: shape.code,
    message,
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      errorCode,
      messageEn,
      requestId,
      ...(fields ? { fields } : {}),
    },
  });
  if (cause instanceof DomainError) return say(cause.code, cause.message, cause.messageEn);
  if (cause instanceof z.core.$ZodError && error.code === 'BAD_REQUEST') {
    const fields = cause.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    const list = fields.map((field) => `${field.path || '输入'}: ${field.message}`).join('; ');
    return say('BAD_INPUT', `输入有误：${list}`, `The input is not valid: ${list}`, fields);
  }
  if (error.code === 'SERVICE_UNAVAILABLE')
    return say(
      'UNAVAILABLE',
      '服务暂时不可用，请稍后重试',
      'The service is not available right now; try again shortly',
    );
  if (error.code === 'INTERNAL_SERVER_ERROR') {
    return say(
      'INTERNAL',
      `服务器内部错误，请稍后重试（编号 ${requestId}）`,
      `Something went wrong on our side; try again, or name the request id ${requestId}`,
    );
  }
  if (error.code === 'NOT_FOUND') return say('NOT_FOUND', '没有这个接口', 'There is no such procedure');
  return say(
    'BAD_INPUT',
    '请求无法处理，请检查方法、类型和内容',
    'The request cannot be handled; check its method, type and content',
  );
}
