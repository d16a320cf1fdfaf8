import { randomUUID } from 'node:crypto';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import type { IntegrationsContext } from '../context.ts';
import { integrationsRouter } from './router.ts';
import { staffSessionOf } from './staff-session.ts';

/** The HTTP face of integrations: `/trpc/<procedure>` and the health routes. */
export function integrationsApp(context: IntegrationsContext, shutdown: AbortSignal): Hono {
  const { orm, js, metrics, now, config } = context;
  const checks = { database: () => orm.em.fork().execute('select 1'), jetstream: () => js.manager.getAccountInfo() };
  const app = new Hono();
  app.route('/', healthRoutes({ checks, metrics: metrics.all, shutdown, now }));
  app.all('/trpc/*', (c) =>
    fetchRequestHandler({
      endpoint: '/trpc',
      router: integrationsRouter,
      req: c.req.raw,
      allowBatching: false,
      createContext: async () => ({
        ...context,
        requestId: randomUUID(),
        session: await staffSessionOf(config.ordersUrl, c.req.header('cookie')),
      }),
      responseMeta: () => ({ headers: new Headers([['cache-control', 'no-store']]) }),
    }),
  );
  app.notFound((c) => c.json({ detail: 'not found' }, 404));
  return app;
}
