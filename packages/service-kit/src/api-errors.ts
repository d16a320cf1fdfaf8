import { type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc';
import { z } from 'zod';
import { isDatabaseUnavailable } from './database/errors.ts';

/** Says no in words a person can act on: `message` in Chinese, `messageEn` beside it, `code` for programs. */
export abstract class DomainError<Code extends string = string> extends Error {
  abstract override readonly name: string;
  readonly code: Code;
  readonly messageEn: string;
  /** The field of the input that the text is about, where it is about one. */
  readonly field: string | undefined;

  constructor(code: Code, message: string, messageEn: string, field?: string) {
    super(message);
    this.code = code;
    this.messageEn = messageEn;
    this.field = field;
  }
}

/** Codes of errors that the edge itself finds; a service's own codes contain them. */
type EdgeCode = 'BAD_INPUT' | 'NOT_FOUND' | 'UNAVAILABLE' | 'INTERNAL';

/** What a caller gets to see of an error. */
export type ErrorShape<Code extends string> = {
  readonly message: string;
  readonly code: TRPC_ERROR_CODE_NUMBER;
  readonly data: {
    readonly code: string;
    readonly httpStatus: number;
    readonly errorCode: Code | EdgeCode;
    readonly messageEn: string;
    readonly requestId: string;
    readonly fields?: { path: string; message: string }[];
  };
};

/** Where in a tRPC answer an error stands. */
type At = { code: TRPC_ERROR_CODE_NUMBER; data: { code: string; httpStatus: number } };

/** Gives a domain error the transport code of its own code, BAD_REQUEST where there is none, and leaves others as they are. */
export function toTRPCError<Code extends string>(
  error: TRPCError,
  codes: Partial<Record<Code, TRPC_ERROR_CODE_KEY>>,
): TRPCError {
  const { cause } = error;
  if (cause instanceof DomainError)
    return new TRPCError({ code: codes[cause.code as Code] ?? 'BAD_REQUEST', message: cause.message, cause });
  if (isDatabaseUnavailable(cause))
    return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: '服务暂时不可用，请稍后重试', cause });
  return error;
}

/** What a caller learns of an error: texts and codes for what they can act on, a request id for the rest. */
export function describeForCaller<Code extends string>(at: At, error: TRPCError, requestId: string): ErrorShape<Code> {
  const { cause } = error;
  const say = (
    errorCode: Code | EdgeCode,
    message: string,
    messageEn: string,
    fields?: { path: string; message: string }[],
  ): ErrorShape<Code> => ({
    code: at.code,
    message,
    data: {
      code: at.data.code,
      httpStatus: at.data.httpStatus,
      errorCode,
      messageEn,
      requestId,
      ...(fields ? { fields } : {}),
    },
  });
  if (cause instanceof DomainError) {
    const { message, messageEn, field } = cause;
    return say(cause.code as Code, message, messageEn, field === undefined ? undefined : [{ path: field, message }]);
  }
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
  if (error.code === 'INTERNAL_SERVER_ERROR')
    return say(
      'INTERNAL',
      `服务器内部错误，请稍后重试（编号 ${requestId}）`,
      `Something went wrong on our side; try again, or name the request id ${requestId}`,
    );
  if (error.code === 'NOT_FOUND') return say('NOT_FOUND', '没有这个接口', 'There is no such procedure');
  return say(
    'BAD_INPUT',
    '请求无法处理，请检查方法、类型和内容',
    'The request cannot be handled; check its method, type and content',
  );
}
