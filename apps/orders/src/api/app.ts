import { randomUUID, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import { STOREFRONT_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { type Context, Hono } from 'hono';
import type { OrdersContext } from '../context.ts';
import { findSession } from '../staff/find-session.ts';
import type { Principal } from '../staff/principal.ts';
import { hashToken } from '../staff/sign-in.ts';
import { ordersRouter } from './router.ts';
import { sessionTokenIn } from './session-cookie.ts';
import type { RequestContext } from './trpc.ts';

const BODY_MAX_BYTES = 256 * 1024;
const URL_MAX_CHARACTERS = 16 * 1024;

/** The HTTP face of orders: `/trpc/<procedure>` and the health routes. */
export function ordersApp(context: OrdersContext, shutdown: AbortSignal): Hono {
  const app = new Hono();
  app.route(
    '/',
    healthRoutes({ checks: healthChecks(context), metrics: context.metrics.all, shutdown, now: context.now }),
  );
  app.all('/trpc/*', async (c) => {
    const refusal = whyRefused(c);
    if (refusal)
      return c.json(
        {
          error: {
            message: refusal.message,
            code: -32600,
            data: {
              code: 'BAD_REQUEST',
              httpStatus: refusal.status,
              errorCode: 'BAD_INPUT',
              messageEn: refusal.message,
              requestId: '-',
            },
          },
        },
        refusal.status,
      );
    const cookies: string[] = [];
    const response = await fetchRequestHandler({
      endpoint: '/trpc',
      router: ordersRouter,
      req: await withBoundedBody(c.req.raw),
      allowBatching: false,
      createContext: () => requestContext(context, c, cookies),
      responseMeta: () => ({
        headers: new Headers([
          ['cache-control', 'no-store'],
          ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
        ]),
      }),
    });
    return response;
  });
  app.notFound((c) => c.json({ detail: 'not found' }, 404));
  app.onError((error, c) => {
    const tooLarge = error instanceof BodyTooLarge;
    if (!tooLarge) context.log.error('request failed', { path: c.req.path, method: c.req.method }, error);
    return c.json({ detail: tooLarge ? 'request body too large' : 'internal error' }, tooLarge ? 413 : 500);
  });
  return app;
}

function healthChecks({ orm, js }: OrdersContext) {
  return {
    database: () => orm.em.fork().execute('select 1'),
    jetstream: () => js.manager.getAccountInfo(),
  };
}

/** Requests that no page of ours would send: another site's, a form's, or one built to cost work. */
function whyRefused(c: Context): { status: 400 | 403 | 414 | 415; message: string } | undefined {
  if (c.req.raw.url.length > URL_MAX_CHARACTERS) return { status: 414, message: 'the address is too long' };
  if (c.req.method !== 'POST') return undefined;
  const site = c.req.header('sec-fetch-site');
  if (site && site !== 'same-origin' && site !== 'none')
    return { status: 403, message: 'requests from other sites are not taken' };
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? 'application/json'))
    return { status: 415, message: 'send application/json' };
  return undefined;
}

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

async function withBoundedBody(request: Request): Promise<Request> {
  if (!request.body) return request;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > BODY_MAX_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
    signal: request.signal,
  });
}

async function requestContext(context: OrdersContext, c: Context, cookies: string[]): Promise<RequestContext> {
  return {
    ...context,
    requestId: randomUUID(),
    principal: await principalOf(context, c),
    source: clientAddress(c),
    setCookie: (cookie) => cookies.push(cookie),
  };
}

async function principalOf({ config, orm, now }: OrdersContext, c: Context): Promise<Principal | undefined> {
  const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer)
    return isStorefront(config.storefrontToken, bearer)
      ? { kind: 'machine', name: 'storefront', permissions: STOREFRONT_PERMISSIONS }
      : undefined;
  const token = sessionTokenIn(c.req.header('cookie') ?? null, { secure: config.secureCookie });
  return token ? findSession(orm.em.fork(), token, now()) : undefined;
}

// Digests have one length, so the comparison tells nothing about the token.
const isStorefront = (expected: string | undefined, given: string): boolean =>
  expected !== undefined && timingSafeEqual(Buffer.from(hashToken(expected)), Buffer.from(hashToken(given)));

// Only the admin web's own proxy on this machine may name another client.
function clientAddress(c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  const isLocal = peer === '127.0.0.1' || peer === '::1' || peer === '::ffff:127.0.0.1';
  return (isLocal ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined) ?? peer;
}
