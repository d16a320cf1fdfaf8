import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '@orderbridge/service-kit/local/free-port';

import { PORT_VARIABLES } from './ports.ts';
import { startStack, type Stack, type StackOptions } from './start-stack.ts';

/** A whole stack of one's own on free ports, with its data in a folder that is removed when it stops. */
export async function startPrivateStack({ env = {}, ...options }: Partial<StackOptions> = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'orderbridge-stack-'));
  // Under root PostgreSQL runs as another user, who has to pass through here.
  await chmod(dataDir, 0o711);
  const ports: Record<string, string> = {};
  for (const variable of Object.values(PORT_VARIABLES)) ports[variable] = String(await freePort());
  const remove = () => rm(dataDir, { recursive: true, force: true });

  // Servers that the user's environment names are the user's, not this stack's.
  const { DATABASE_URL: _database, NATS_URL: _nats, ...inherited } = process.env;
  try {
    const stack = await startStack({ ...options, env: { ...inherited, ...ports, ...env, DATA_DIR: dataDir } });
    const stop = async () => {
      await stack.stop();
      await remove();
    };
    return { ...stack, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
