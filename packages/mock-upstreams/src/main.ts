import { serve } from '@hono/node-server';
import { createMockUpstreams } from './app.ts';
import { readConfig, type MockUpstreamsConfig } from './config.ts';

// Not service-kit's main: this package takes contracts only, so that it can never depend on what it tests.
try {
  start(readConfig(process.env));
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error));
}

function start(config: MockUpstreamsConfig): void {
  const app = createMockUpstreams({ config, now: () => new Date(), log });
  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, () =>
    log('listening', { port: config.port }),
  );
  server.once('error', (error: NodeJS.ErrnoException) =>
    giveUp(
      error.code === 'EADDRINUSE'
        ? `MOCK_UPSTREAMS_PORT ${config.port} is taken; stop what listens there or choose another port`
        : `mock-upstreams cannot listen on ${config.host}:${config.port}: ${error.message}`,
    ),
  );
  const stop = (signal: NodeJS.Signals) => {
    log('stopping', { reason: signal });
    server.close(() => process.exit(0));
    // Nothing it holds is worth waiting for longer than this.
    setTimeout(() => process.exit(0), 1_000);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function log(event: string, fields: Record<string, string | number>): void {
  process.stdout.write(
    `${JSON.stringify({ level: 'info', time: new Date().toISOString(), service: 'mock-upstreams', ...fields, event })}\n`,
  );
}

function giveUp(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
