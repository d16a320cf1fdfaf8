import { sessionApi, type StaffSession } from '@orderbridge/contracts/staff-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { findSession } from '../staff/find-session.ts';
import { killSession } from '../staff/kill-session.ts';
import { listSessions } from '../staff/list-sessions.ts';
import { actorOf, type StaffPrincipal } from '../staff/principal.ts';
import { freshUntil } from '../staff/require-fresh.ts';
import { signIn } from '../staff/sign-in.ts';
import { signOut } from '../staff/sign-out.ts';
import { stepUp } from '../staff/step-up.ts';
import { clearedSessionCookie, sessionCookie } from './session-cookie.ts';
import { anybody, notSignedIn, person, type RequestContext } from './trpc.ts';

// Without an input schema tRPC does not read the body, which clients leave empty here.
export const sessionRouter = {
  signIn: anybody
    .input(sessionApi.signIn.input)
    .output(sessionApi.signIn.output)
    .mutation(async ({ ctx, input }) => handOver(ctx, await signIn(ctx, input))),
  current: anybody
    .output(sessionApi.current.output)
    .query(({ ctx }) => (ctx.principal?.kind === 'staff' ? sessionView(ctx.principal, ctx.now()) : null)),
  stepUp: person
    .input(sessionApi.stepUp.input)
    .output(sessionApi.stepUp.output)
    .mutation(async ({ ctx, input }) => handOver(ctx, await stepUp(ctx, input))),
  signOut: anybody.output(sessionApi.signOut.output).mutation(async ({ ctx }) => {
    if (ctx.principal?.kind !== 'staff') return { signedOut: false };
    await signOut({ ...ctx, by: actorOf(ctx.principal) }, ctx.principal);
    ctx.setCookie(clearedSessionCookie({ secure: ctx.config.secureCookie }));
    return { signedOut: true };
  }),
  list: person
    .input(sessionApi.list.input)
    .output(sessionApi.list.output)
    .query(async ({ ctx, input }) => ({
      items: await listSessions(ctx.orm.em.fork(), input, ctx.principal, ctx.now()),
    })),
  kill: person
    .input(sessionApi.kill.input)
    .output(sessionApi.kill.output)
    .mutation(async ({ ctx, input }) => ({ ended: await killSession(ctx, input) })),
} satisfies TRPCRouterRecord;

/** Gives the browser its new token and says who it is now. */
async function handOver(
  { orm, now, config, setCookie }: RequestContext,
  { token }: { token: string },
): Promise<StaffSession> {
  const principal = await findSession(orm.em.fork(), token, now());
  // Ended again before it was answered, by an admin at the same moment.
  if (!principal) throw notSignedIn();
  const maxAgeMs = principal.expiresAt.getTime() - now().getTime();
  setCookie(sessionCookie(token, { secure: config.secureCookie, maxAgeMs }));
  return sessionView(principal, now());
}

const sessionView = (principal: StaffPrincipal, now: Date): StaffSession => ({
  username: principal.name,
  displayName: principal.displayName,
  role: principal.role,
  permissions: [...principal.permissions],
  expiresAt: principal.expiresAt.toISOString(),
  freshUntil: freshUntil(principal, now)?.toISOString() ?? null,
});
