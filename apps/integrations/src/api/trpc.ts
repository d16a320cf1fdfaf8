import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { describeForCaller } from '@orderbridge/service-kit/api-errors';
import { initTRPC } from '@trpc/server';
import type { IntegrationsContext } from '../context.ts';
import { NotAllowed, NotSignedIn, StepUpRequired } from '../errors.ts';
import { toTRPCError } from './error-to-trpc.ts';

/** What every procedure gets: the service's context and the staff session that orders vouches for. */
export type RequestContext = IntegrationsContext & {
  readonly requestId: string;
  readonly session: StaffSession | null;
};

export const t = initTRPC
  .context<RequestContext>()
  .meta<{ permission: Permission | 'nobody'; fresh?: true }>()
  .create({
    // Stack traces would tell strangers how we are built.
    isDev: false,
    defaultMeta: { permission: 'nobody' },
    errorFormatter: ({ shape, error, ctx }): ApiErrorShape =>
      describeForCaller<ErrorCode>(shape, error, ctx?.requestId ?? '-'),
  });

const base = t.procedure.use(async ({ next }) => {
  const result = await next();
  return result.ok ? result : { ...result, error: toTRPCError(result.error) };
});

/** A procedure for staff that hold this permission. There is no procedure without one. `by` is how history names them. */
export const staff = (permission: Permission) =>
  base.meta({ permission }).use(({ ctx, next }) => {
    const { session } = ctx;
    if (!session) throw new NotSignedIn();
    if (!session.permissions.includes(permission)) throw new NotAllowed();
    return next({ ctx: { ...ctx, session, by: `staff:${session.username}` } });
  });

/** The same where people must also have given their password within the last five minutes (P15). */
export const fresh = (permission: Permission) =>
  staff(permission)
    .meta({ permission, fresh: true })
    .use(({ ctx, next }) => {
      const { freshUntil } = ctx.session;
      if (freshUntil === null || Date.parse(freshUntil) <= ctx.now().getTime()) throw new StepUpRequired();
      return next();
    });
