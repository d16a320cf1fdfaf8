import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../local/free-port.ts';
import { findNatsServer, startNatsServer } from '../local/nats-server.ts';

export type TestNats = AsyncDisposable & {
  readonly url: string;
  readonly pid: number | undefined;
  /** Resolves when the process is gone; it stays down until `restart`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Same store, same port: what JetStream had kept is there again. */
  restart(): Promise<void>;
};

/** A nats-server with JetStream of one's own; its store is removed at dispose. `port` is chosen when not given. */
export async function testNats({ port }: { port?: number } = {}): Promise<TestNats> {
  const { binary } = await findNatsServer(process.env);
  const dir = await mkdtemp(join(tmpdir(), 'orderbridge-nats-'));
  const server = await startNatsServer({
    binary,
    storeDir: join(dir, 'store'),
    port: port ?? (await freePort()),
    restart: false,
  });
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    kill: (signal = 'SIGKILL') => server.kill(signal),
    async restart() {
      await server.stop();
      await server.start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
