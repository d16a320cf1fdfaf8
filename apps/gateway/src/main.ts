import { runService } from '@orderbridge/service-kit/lifecycle';
import { createLogger } from '@orderbridge/service-kit/logger';
import { readConfig, readLogLevel } from './config.ts';
import { createContext } from './context.ts';
import { LOG_FIELDS } from './gateway-log.ts';
import { serveGateway } from './serve-gateway.ts';

const log = createLogger({ service: 'gateway', level: readLogLevel(process.env), fields: LOG_FIELDS });

await runService(log, async (shutdown) => {
  const ctx = await createContext(readConfig(process.env), { log, shutdown });
  const server = await serveGateway(ctx);
  log.info('listening', { port: server.port });
  return {
    stop: async () => {
      await server.close();
      await ctx.close();
    },
  };
});
