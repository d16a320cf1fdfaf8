import { randomUUID, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { STOREFRONT_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';
import { clientAddress } from '@orderbridge/service-kit/client-address';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { fitJsonRequest } from '@orderbridge/service-kit/json-requests';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { type Context, Hono } from 'hono';
import type { OrdersContext } from '../context.ts';
import { hashToken } from '../staff/bearer-secret.ts';
import { findSession } from '../staff/find-session.ts';
import { findToken } from '../staff/find-token.ts';
import { type Principal, STOREFRONT } from '../staff/principal.ts';
import { callLimits } from './call-limits.ts';
import { toTRPCError } from './error-to-trpc.ts';
import { exportRoutes } from './exports.ts';
import { refusals, retryAfter } from './refusal.ts';
import { ordersRouter } from './router.ts';
import { sessionTokenIn } from './session-cookie.ts';

/** The HTTP face of orders: `/trpc/<procedure>`, `/exports/<name>.csv` and the health routes. */
export function ordersApp(context: OrdersContext, shutdown: AbortSignal): Hono {
  const { answer, noteError } = refusals(context);
  const takeCall = callLimits(context.config.apiCalls);
  const asked = (c: Context) => ({
    requestId: randomUUID(),
    source: clientAddress(
      getConnInfo(c).remote.address,
      c.req.header('x-forwarded-for'),
      context.config.isTrustedProxy,
    ),
  });
  const app = new Hono();
  app.route(
    '/',
    healthRoutes({ checks: healthChecks(context), metrics: context.metrics.all, shutdown, now: context.now }),
  );
  app.all('/trpc/*', async (c) => {
    const who = asked(c);
    const cookies: string[] = [];
    try {
      return await fetchRequestHandler({
        endpoint: '/trpc',
        router: ordersRouter,
        req: await fitJsonRequest(c.req.raw),
        allowBatching: false,
        // A query may also be asked by POST: long inputs do not fit into an address.
        allowMethodOverride: true,
        createContext: async () => ({
          ...context,
          ...who,
          principal: await principalOf(context, c).catch((error: unknown) => {
            throw toTRPCError(getTRPCErrorFromUnknown(error));
          }),
          userAgent: c.req.header('user-agent'),
          takeCall,
          setCookie: (cookie: string) => cookies.push(cookie),
        }),
        onError: ({ error, path, ctx }) => noteError({ ...who, procedure: path, principal: ctx?.principal }, error),
        responseMeta: ({ errors }) => ({
          headers: new Headers([
            ['cache-control', 'no-store'],
            ...retryAfter(errors[0]?.cause),
            ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
          ]),
        }),
      });
    } catch (error) {
      return answer(c, who, error);
    }
  });
  app.route(
    '/exports',
    exportRoutes(context, { asked, principalOf: (c) => principalOf(context, c), takeCall, answer }),
  );
  app.notFound((c) => answer(c, asked(c), new TRPCError({ code: 'NOT_FOUND' })));
  app.onError((error, c) => answer(c, asked(c), error));
  return app;
}

function healthChecks({ orm, js }: OrdersContext) {
  return {
    database: () => orm.em.fork().execute('select 1'),
    jetstream: () => js.manager.getAccountInfo(),
  };
}

async function principalOf({ config, orm, now }: OrdersContext, c: Context): Promise<Principal | undefined> {
  const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer)
    return isStorefront(config.storefrontToken, bearer)
      ? { kind: 'machine', name: STOREFRONT, permissions: STOREFRONT_PERMISSIONS }
      : findToken(orm.em.fork(), bearer, now());
  const token = sessionTokenIn(c.req.header('cookie') ?? null, { secure: config.secureCookie });
  const background = c.req.header(BACKGROUND_HEADER) !== undefined;
  return token ? findSession(orm.em.fork(), token, now(), { background }) : undefined;
}

// Digests have one length, so the comparison tells nothing about the token.
const isStorefront = (expected: string | undefined, given: string): boolean =>
  expected !== undefined && timingSafeEqual(Buffer.from(hashToken(expected)), Buffer.from(hashToken(given)));
