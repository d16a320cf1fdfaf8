import { runService } from '@orderbridge/service-kit/lifecycle';
import { createLogger } from '@orderbridge/service-kit/logger';
import { repeatJobs } from '@orderbridge/service-kit/repeat';
import { serveHttp } from '@orderbridge/service-kit/http-server';
import { replayAtStart } from '@orderbridge/service-kit/unread/replay-at-start';
import { ordersApp } from './api/app.ts';
import { readConfig } from './config.ts';
import { consumeCallbacks } from './consumers/callbacks.ts';
import { serveInternalCalls } from './consumers/internal-calls.ts';
import { consumeRefusals } from './consumers/refusals.ts';
import { consumeSupplierEvents } from './consumers/supplier-events.ts';
import { createContext } from './context.ts';
import { jobs } from './jobs/jobs.ts';
import { replayUnread } from './suppliers/replay-unread.ts';

await runService(createLogger({ service: 'orders', level: 'info', fields: [] }), async (shutdown) => {
  const config = readConfig(process.env);
  const context = await createContext(config);
  for (const host of config.payments.outbound.plainHttpHosts)
    context.log.warn('calls without TLS are allowed', { source: host });
  for (const host of config.payments.outbound.privateHosts)
    context.log.warn('calls to an address that is not public are allowed', { source: host });
  const server = await serveHttp(ordersApp(context, shutdown), {
    host: config.host,
    port: config.port,
    portVariable: 'ORDERS_PORT',
  });
  const consumers = [
    consumeCallbacks(context),
    consumeRefusals(context),
    consumeSupplierEvents(context),
    serveInternalCalls(context),
  ];
  const repeating = repeatJobs(context, jobs(context));
  const replaying = replayAtStart(context, replayUnread(context, { dryRun: false, signal: shutdown }));
  if (config.profile === 'production' && !config.auditChainKey)
    context.log.warn('AUDIT_CHAIN_KEY is not set: whoever writes to the database could forge the audit chain');
  context.log.info('ready', { port: server.port });
  return {
    stop: async () => {
      // The feed first: open pages hold their connections until it ends.
      await context.feed.stop();
      await server.close();
      await Promise.all([...consumers.map((consumer) => consumer.stop()), repeating.stop(), replaying]);
      await context.close();
    },
  };
});
