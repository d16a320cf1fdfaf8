import type { Permission } from '@orderbridge/contracts/permissions';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { IntegrationsContext } from '../context.ts';
import { BadInput } from '../errors.ts';

/** What every procedure gets: the service's context and the staff session that orders vouches for. */
export type RequestContext = IntegrationsContext & {
  readonly requestId: string;
  readonly session: StaffSession | null;
};

export const t = initTRPC
  .context<RequestContext>()
  .meta<{ permission: Permission | 'nobody' }>()
  .create({
    isDev: false,
    defaultMeta: { permission: 'nobody' },
    errorFormatter: ({ shape, error, ctx }): ApiErrorShape => describeForCaller(shape, error, ctx?.requestId ?? '-'),
  });

const base = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok || !(result.error.cause instanceof BadInput)) return result;
  const { cause } = result.error;
  return { ...result, error: new TRPCError({ code: 'BAD_REQUEST', message: cause.message, cause }) };
});

/** A procedure for staff that hold this permission. There is no procedure without one. */
export const staff = (permission: Permission) =>
  base.meta({ permission }).use(({ ctx, next }) => {
    if (!ctx.session) throw new TRPCError({ code: 'UNAUTHORIZED' });
    if (!ctx.session.permissions.includes(permission)) throw new TRPCError({ code: 'FORBIDDEN' });
    return next({ ctx: { ...ctx, session: ctx.session } });
  });

/** What a caller learns of an error: a text and a code for what they can act on, a request id for the rest. */
export function describeForCaller(
  shape: { code: ApiErrorShape['code']; data: { code: string; httpStatus: number } },
  error: TRPCError,
  requestId: string,
): ApiErrorShape {
  const [errorCode, message, messageEn] = textFor(error, requestId);
  const { code, httpStatus } = shape.data;
  return { code: shape.code, message, data: { code, httpStatus, errorCode, messageEn, requestId } };
}

function textFor(error: TRPCError, requestId: string): [ErrorCode, string, string] {
  if (error.code === 'UNAUTHORIZED') return ['NOT_SIGNED_IN', '请先登录', 'Sign in first'];
  if (error.code === 'FORBIDDEN') return ['NOT_ALLOWED', '没有权限执行此操作', 'You are not allowed to do this'];
  if (error.code === 'NOT_FOUND') return ['NOT_FOUND', '没有这个接口', 'There is no such procedure'];
  if (error.code === 'TOO_MANY_REQUESTS')
    return ['TOO_MANY_REQUESTS', '请求过于频繁，请稍后再试', 'Too many requests; try again later'];
  if (error.code === 'SERVICE_UNAVAILABLE')
    return [
      'UNAVAILABLE',
      '订单服务暂时不可用，请稍后重试',
      'The orders service is not available right now; try again shortly',
    ];
  if (error.code === 'INTERNAL_SERVER_ERROR')
    return [
      'INTERNAL',
      `服务器内部错误，请稍后重试（编号 ${requestId}）`,
      `Something went wrong on our side; try again, or name the request id ${requestId}`,
    ];
  if (error.cause instanceof BadInput) return ['BAD_INPUT', error.cause.message, error.cause.messageEn];
  const list =
    error.cause instanceof z.core.$ZodError
      ? error.cause.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ')
      : error.code;
  return ['BAD_INPUT', `输入有误：${list}`, `The input is not valid: ${list}`];
}
