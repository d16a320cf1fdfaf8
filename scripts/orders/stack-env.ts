import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree } from '@orderbridge/service-kit/local/free-port';
import { readDemoSecrets } from '../stack/demo-secrets.ts';
import { serviceEnv, SERVICES } from '../stack/services.ts';
import { readStackSettings } from '../stack/settings.ts';

/**
 * The environment in which a command of orders finds its database: as given when `DATABASE_URL` names one, else that of
 * the stack that runs on `DATA_DIR`; as given too when none does, and the command says so.
 */
export async function stackEnv(env: NodeJS.ProcessEnv, repoRoot: string): Promise<NodeJS.ProcessEnv> {
  const settings = readStackSettings(env, repoRoot);
  const given = settings.external.ordersDatabaseUrl;
  if (given) return { ...env, DATABASE_URL: given };

  const port = keptPostgresPort(settings.dataDir);
  // A port on which nobody listens belongs to a stack that was stopped.
  if (port === undefined || (await isPortFree(port))) return env;
  const orders = SERVICES.find((service) => service.name === 'orders')!;
  const secrets = readDemoSecrets(settings.dataDir, env);
  const databaseUrls = {
    orders: `postgres://orders:${encodeURIComponent(secrets.ordersDatabasePassword)}@127.0.0.1:${port}/orderbridge`,
    integrations: '',
  };
  return serviceEnv(orders, { userEnv: env, settings, secrets, databaseUrls, natsUrl: '' });
}

function keptPostgresPort(dataDir: string): number | undefined {
  if (!existsSync(join(dataDir, 'secrets.json'))) return undefined;
  try {
    const kept = JSON.parse(readFileSync(join(dataDir, 'embedded-ports.json'), 'utf8')) as { postgres?: number };
    return kept.postgres;
  } catch {
    return undefined;
  }
}
