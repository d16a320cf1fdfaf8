import { serveHttp } from '@orderbridge/service-kit/http-server';
import { runService } from '@orderbridge/service-kit/lifecycle';
import { createLogger } from '@orderbridge/service-kit/logger';
import { repeatJobs } from '@orderbridge/service-kit/repeat';
import { replayAtStart } from '@orderbridge/service-kit/unread/replay-at-start';
import { integrationsApp } from './api/app.ts';
import { readConfig } from './config.ts';
import { resealConfigurations } from './config/reseal-configurations.ts';
import { watchConfiguration } from './config/watch-configuration.ts';
import { serveInternalCalls } from './consumers/internal-calls.ts';
import { consumeOrderEvents } from './consumers/order-events.ts';
import { createContext } from './context.ts';
import { jobs } from './jobs/jobs.ts';
import { startWorker } from './jobs/work-jobs.ts';
import { replayUnread } from './order-events/replay-unread.ts';

await runService(createLogger({ service: 'integrations', level: 'info', fields: [] }), async (shutdown) => {
  const config = readConfig(process.env);
  const context = await createContext(config);
  const { plainHttpHosts, privateHosts } = config.suppliers.outbound;
  for (const host of plainHttpHosts) context.log.warn('calls without TLS are allowed', { source: host });
  for (const host of privateHosts)
    context.log.warn('calls to an address that is not public are allowed', { source: host });
  resealConfigurations(context).catch((error: unknown) =>
    context.log.error('configurations not sealed anew', {}, error),
  );
  const watching = watchConfiguration(context);
  const server = await serveHttp(integrationsApp(context, shutdown), {
    host: config.host,
    port: config.port,
    portVariable: 'INTEGRATIONS_PORT',
  });
  const worker = startWorker(context);
  const consumer = consumeOrderEvents(context, worker.wake);
  const answering = serveInternalCalls(context);
  const repeating = repeatJobs(context, jobs(context));
  const replaying = replayAtStart(context, replayUnread(context, { dryRun: false, signal: shutdown }));
  context.log.info('ready', { port: server.port });
  return {
    stop: async () => {
      await server.close();
      await Promise.all([
        watching.stop(),
        consumer.stop(),
        answering.stop(),
        repeating.stop(),
        worker.stop(),
        replaying,
      ]);
      await context.close();
    },
  };
});
