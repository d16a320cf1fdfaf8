import { sessionApi, type StaffSession } from '@orderbridge/contracts/staff-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { findSession, signOut } from '../staff/find-session.ts';
import type { Principal } from '../staff/principal.ts';
import { SESSION_LIFE_MS, signIn } from '../staff/sign-in.ts';
import { clearedSessionCookie, sessionCookie } from './session-cookie.ts';
import { anybody } from './trpc.ts';

// Without an input schema tRPC does not read the body, which clients leave empty here.
export const sessionRouter = {
  signIn: anybody
    .input(sessionApi.signIn.input)
    .output(sessionApi.signIn.output)
    .mutation(async ({ ctx, input }) => {
      const { token } = await signIn(ctx, input);
      ctx.setCookie(sessionCookie(token, { secure: ctx.config.secureCookie, maxAgeMs: SESSION_LIFE_MS }));
      return sessionView((await findSession(ctx.orm.em.fork(), token, ctx.now()))!);
    }),
  current: anybody
    .output(sessionApi.current.output)
    .query(({ ctx }) => (ctx.principal?.kind === 'staff' ? sessionView(ctx.principal) : null)),
  signOut: anybody.output(sessionApi.signOut.output).mutation(async ({ ctx }) => {
    if (ctx.principal?.kind !== 'staff') return { signedOut: false };
    await signOut(ctx.orm.em.fork(), ctx.principal.sessionId);
    ctx.setCookie(clearedSessionCookie({ secure: ctx.config.secureCookie }));
    return { signedOut: true };
  }),
} satisfies TRPCRouterRecord;

const sessionView = (principal: Extract<Principal, { kind: 'staff' }>): StaffSession => ({
  username: principal.name,
  displayName: principal.displayName,
  role: principal.role,
  permissions: [...principal.permissions],
  expiresAt: principal.expiresAt.toISOString(),
});
