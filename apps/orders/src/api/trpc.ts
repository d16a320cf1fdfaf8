import { initTRPC } from '@trpc/server';
import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import { describeForCaller } from '@orderbridge/service-kit/api-errors';
import type { OrdersContext } from '../context.ts';
import { NotAllowed, NotSignedIn } from '../errors.ts';
import { actorOf, type Principal } from '../staff/principal.ts';
import { requireFresh } from '../staff/require-fresh.ts';
import { auditVerb } from './audit-verbs.ts';
import type { TakeCall } from './call-limits.ts';
import { toTRPCError } from './error-to-trpc.ts';

/** What every procedure gets: the service's context and who asks. */
export type RequestContext = OrdersContext & {
  readonly requestId: string;
  readonly principal: Principal | undefined;
  readonly source: string;
  readonly userAgent: string | undefined;
  readonly takeCall: TakeCall;
  readonly setCookie: (cookie: string) => void;
};

export const t = initTRPC
  .context<RequestContext>()
  .meta<{ permission: readonly Permission[] | 'nobody' | 'anybody' | 'person'; fresh?: true }>()
  .create({
    // Stack traces would tell strangers how we are built.
    isDev: false,
    defaultMeta: { permission: 'nobody' },
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
    errorFormatter: ({ shape, error, ctx }): ApiErrorShape =>
      describeForCaller<ErrorCode>(shape, error, ctx?.requestId ?? '-'),
  });

const base = t.procedure
  .use(async ({ ctx, path, type, next }) => {
    const startedMs = performance.now();
    const result = await next();
    const seconds = (performance.now() - startedMs) / 1000;
    if (type !== 'subscription')
      ctx.metrics.procedures.observe({ procedure: path, result: result.ok ? 'ok' : 'error' }, seconds);
    // The line about a refusal is written at the edge, which also sees what never gets here.
    return result.ok ? result : { ...result, error: toTRPCError(result.error) };
  })
  .use(async ({ ctx, next }) => {
    await ctx.takeCall(ctx.principal, ctx.source);
    return next();
  })
  .use(({ ctx, path, type, getRawInput, next }) =>
    auditVerb({ ctx, path, type, getRawInput }, (onAudited) => next({ ctx: { ...ctx, onAudited } })),
  );

/** A procedure for staff or machines that hold one of these permissions. There is no procedure without one. */
export const staff = (...permissions: [Permission, ...Permission[]]) =>
  base.meta({ permission: permissions }).use(({ ctx, next }) => {
    const { principal } = ctx;
    if (!principal) throw notSignedIn();
    if (!permissions.some((permission) => principal.permissions.includes(permission))) throw new NotAllowed();
    return next({ ctx: { ...ctx, principal, by: actorOf(principal) } });
  });

/** The same where people must also have given their password within the last five minutes (P15). */
export const fresh = (...permissions: [Permission, ...Permission[]]) =>
  staff(...permissions)
    .meta({ permission: permissions, fresh: true })
    .use(({ ctx, next }) => {
      requireFresh(ctx);
      return next();
    });

/** For what every signed-in person may do about what is their own, sessions and saved views, and no machine. */
export const person = base.meta({ permission: 'person' }).use(({ ctx, next }) => {
  const { principal } = ctx;
  if (!principal) throw notSignedIn();
  if (principal.kind !== 'staff') throw new NotAllowed();
  return next({ ctx: { ...ctx, principal, by: actorOf(principal) } });
});

/** For signing in and asking who one is: the only procedures that everybody may call. */
export const anybody = base.meta({ permission: 'anybody' });

export const notSignedIn = (): NotSignedIn => new NotSignedIn('NOT_SIGNED_IN', '请先登录', 'Sign in first');
