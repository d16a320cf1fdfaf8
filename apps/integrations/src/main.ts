import { serveHttp } from '@orderbridge/service-kit/http-server';
import { runService } from '@orderbridge/service-kit/lifecycle';
import { createLogger } from '@orderbridge/service-kit/logger';
import { integrationsApp } from './api/app.ts';
import { readConfig } from './config.ts';
import { consumeOrderEvents } from './consumers/order-events.ts';
import { createContext } from './context.ts';
import { startJobs } from './jobs/jobs.ts';

await runService(createLogger({ service: 'integrations', level: 'info', fields: [] }), async (shutdown) => {
  const config = readConfig(process.env);
  const context = await createContext(config);
  const server = await serveHttp(integrationsApp(context, shutdown), {
    host: config.host,
    port: config.port,
    portVariable: 'INTEGRATIONS_PORT',
  });
  const consumer = consumeOrderEvents(context);
  const jobs = startJobs(context);
  context.log.info('ready', { port: server.port });
  return {
    stop: async () => {
      await server.close();
      await Promise.all([consumer.stop(), jobs.stop()]);
      await context.close();
    },
  };
});
