import { Hono } from 'hono';
import { type ClientBuild, readClientBuild } from './client-build.ts';
import type { Config } from './config.ts';
import { forwardCalls } from './forward-call.ts';
import type { Log } from './json-log.ts';
import { serveClient } from './serve-client.ts';
import { serviceStates, systemHealth } from './system-health.ts';
import { watchServices } from './watch-services.ts';

export type AppContext = {
  config: Pick<Config, 'services' | 'gateway' | 'buildDir'>;
  log: Log;
  /** Aborts when the server should go down. */
  shutdown: AbortSignal;
  serviceTimeoutMs?: number;
};

const SERVICE_TIMEOUT_MS = 30_000;

export function createApp({ config, log, shutdown, serviceTimeoutMs = SERVICE_TIMEOUT_MS }: AppContext): Hono {
  let build: ClientBuild | undefined;
  // Asked again until there is one, so that a build made after the start is found.
  const currentBuild = async () => (build ??= await readClientBuild(config.buildDir));

  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
  });
  app.get('/livez', (c) => c.json({ alive: true }));
  app.get('/healthz', async (c) => {
    const built = (await currentBuild()) !== undefined;
    return c.json({ status: built ? 'healthy' : 'unhealthy', build: built ? 'read' : 'missing' }, built ? 200 : 503);
  });
  app.get('/readyz', async (c) => {
    const waitingFor = [...((await currentBuild()) ? [] : ['build']), ...(shutdown.aborted ? ['draining'] : [])];
    return c.json({ ready: waitingFor.length === 0, waitingFor }, waitingFor.length === 0 ? 200 : 503);
  });
  const forward = forwardCalls({ services: config.services, timeoutMs: serviceTimeoutMs, shutdown, log });
  app.all('/trpc/:service/:procedure', forward.calls);
  app.all('/trpc/*', (c) => c.text('not found', 404));
  app.all('/exports/:file', forward.exports);
  const askServices = watchServices({
    services: { gateway: config.gateway, ...config.services },
    now: () => new Date(),
    shutdown,
  });
  app.get('/system-health', systemHealth(askServices, config.services.orders));
  app.get('/service-states', serviceStates(askServices));
  app.get('*', async (c) => {
    const current = await currentBuild();
    return current ? serveClient(c, current) : c.text('The client is not built yet: run its build script.\n', 503);
  });
  app.onError((error, c) => {
    log.error('request failed', { method: c.req.method, reason: error.message });
    return c.text('internal error', 500);
  });
  return app;
}

const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    // antd writes its styles into the page while it runs.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;
