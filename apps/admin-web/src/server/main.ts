import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { jsonLog } from './json-log.ts';

const DRAIN_MS = 8_000;
const CLOSE_IDLE_EVERY_MS = 50;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

try {
  start();
} catch (error) {
  fail(error as Error);
}

function start(): void {
  const config = readConfig(process.env);
  const log = jsonLog(
    config.logLevel,
    (line) => process.stdout.write(line),
    () => new Date(),
  );
  const shutdown = new AbortController();
  const app = createApp({ config, log, shutdown: shutdown.signal });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  }) as Server;

  server.once('error', (error: NodeJS.ErrnoException) =>
    fail(error.code === 'EADDRINUSE' ? new Error(`ADMIN_PORT ${config.port} is taken; choose another port`) : error),
  );
  server.listen(config.port, config.host, () => log.info('listening', { port: config.port }));

  const stop = (reason: NodeJS.Signals) => {
    if (shutdown.signal.aborted) return;
    log.info('stopping', { reason });
    shutdown.abort();
    server.close(() => {
      log.info('stopped');
      process.exit(0);
    });
    setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
