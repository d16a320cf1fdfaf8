import { initTRPC } from '@trpc/server';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import type { OrdersContext } from '../context.ts';
import { NotAllowed, NotSignedIn } from '../errors.ts';
import { actorOf, type Principal } from '../staff/principal.ts';
import { describeForCaller, toTRPCError } from './error-to-trpc.ts';

/** What every procedure gets: the service's context and who asks. */
export type RequestContext = OrdersContext & {
  readonly requestId: string;
  readonly principal: Principal | undefined;
  readonly source: string;
  readonly setCookie: (cookie: string) => void;
};

export const t = initTRPC
  .context<RequestContext>()
  .meta<{ permission: readonly Permission[] | 'nobody' | 'anybody' }>()
  .create({
    // Stack traces would tell strangers how we are built.
    isDev: false,
    defaultMeta: { permission: 'nobody' },
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
    errorFormatter: ({ shape, error, ctx }): ApiErrorShape => describeForCaller(shape, error, ctx?.requestId ?? '-'),
  });

const base = t.procedure.use(async ({ ctx, path, type, next }) => {
  const startedMs = performance.now();
  const result = await next();
  const seconds = (performance.now() - startedMs) / 1000;
  if (type !== 'subscription')
    ctx.metrics.procedures.observe({ procedure: path, result: result.ok ? 'ok' : 'error' }, seconds);
  // The line about a refusal is written at the edge, which also sees what never gets here.
  return result.ok ? result : { ...result, error: toTRPCError(result.error) };
});

/** A procedure for staff or machines that hold one of these permissions. There is no procedure without one. */
export const staff = (...permissions: [Permission, ...Permission[]]) =>
  base.meta({ permission: permissions }).use(({ ctx, next }) => {
    if (!ctx.principal) throw new NotSignedIn('NOT_SIGNED_IN', '请先登录', 'Sign in first');
    const { principal } = ctx;
    if (!permissions.some((permission) => principal.permissions.includes(permission))) throw new NotAllowed();
    return next({ ctx: { ...ctx, principal: ctx.principal, by: actorOf(ctx.principal) } });
  });

/** For signing in and asking who one is: the only procedures that everybody may call. */
export const anybody = base.meta({ permission: 'anybody' });
