import { randomUUID } from 'node:crypto';
import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { fitJsonRequest } from '@orderbridge/service-kit/json-requests';
import { refusals } from '@orderbridge/service-kit/refusals';
import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import type { IntegrationsContext } from '../context.ts';
import { toTRPCError } from './error-to-trpc.ts';
import { integrationsRouter } from './router.ts';
import { staffSessionOf } from './staff-session.ts';

/** The HTTP face of integrations: `/trpc/<procedure>` and the health routes. */
export function integrationsApp(context: IntegrationsContext, shutdown: AbortSignal): Hono {
  const { orm, js, metrics, now, config } = context;
  const { answer, noteError } = refusals({
    log: context.log,
    count: (status) => metrics.requestsRefused.inc({ status }),
  });
  const asked = () => ({ requestId: randomUUID() });
  const checks = { database: () => orm.em.fork().execute('select 1'), jetstream: () => js.manager.getAccountInfo() };
  const app = new Hono();
  app.route('/', healthRoutes({ checks, metrics: metrics.all, shutdown, now }));
  app.all('/trpc/*', async (c) => {
    const who = asked();
    try {
      return await fetchRequestHandler({
        endpoint: '/trpc',
        router: integrationsRouter,
        req: await fitJsonRequest(c.req.raw),
        allowBatching: false,
        createContext: async () => ({
          ...context,
          ...who,
          session: await staffSessionOf(config.ordersUrl, {
            cookie: c.req.header('cookie'),
            forwardedFor: c.req.header('x-forwarded-for'),
            background: c.req.header(BACKGROUND_HEADER),
          }).catch((error: unknown) => {
            throw toTRPCError(getTRPCErrorFromUnknown(error));
          }),
        }),
        onError: ({ error, path }) => noteError({ ...who, procedure: path }, error),
        responseMeta: () => ({ headers: new Headers([['cache-control', 'no-store']]) }),
      });
    } catch (error) {
      return answer(c, who, error);
    }
  });
  app.notFound((c) => answer(c, asked(), new TRPCError({ code: 'NOT_FOUND' })));
  app.onError((error, c) => answer(c, asked(), error));
  return app;
}
