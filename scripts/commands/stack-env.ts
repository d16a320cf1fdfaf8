import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree } from '@orderbridge/service-kit/local/free-port';
import { readDemoSecrets } from '../stack/demo-secrets.ts';
import { readKeptPorts } from '../stack/kept-port.ts';
import { PORT_VARIABLES, type PortName } from '../stack/ports.ts';
import { serviceEnv, SERVICES } from '../stack/services.ts';
import { readStackSettings } from '../stack/settings.ts';

/** The services that have commands. */
export type CommandedService = 'orders' | 'integrations';

/**
 * The environment in which a command of a service finds its database and broker: as given when `DATABASE_URL` names a
 * database, else that of the stack that runs on `DATA_DIR`; as given too when none does, and the command says so.
 */
export async function stackEnv(
  service: CommandedService,
  env: NodeJS.ProcessEnv,
  repoRoot: string,
): Promise<NodeJS.ProcessEnv> {
  const settings = readStackSettings(env, repoRoot);
  const { external } = settings;
  const given = { orders: external.ordersDatabaseUrl, integrations: external.integrationsDatabaseUrl }[service];
  if (given) return { ...env, DATABASE_URL: given };

  if (!existsSync(join(settings.dataDir, 'secrets.json'))) return env;
  const ports = readKeptPorts(settings.dataDir);
  // A port on which nobody listens belongs to a stack that was stopped.
  if (ports.postgres === undefined || (await isPortFree(ports.postgres))) return env;
  const plan = SERVICES.find(({ name }) => name === service)!;
  const secrets = readDemoSecrets(settings.dataDir, env);
  const databaseUrl = (password: string) =>
    `postgres://${service}:${encodeURIComponent(password)}@127.0.0.1:${ports.postgres}/orderbridge`;
  return serviceEnv(plan, {
    userEnv: env,
    settings: readStackSettings({ ...env, ...portVariables(ports, env) }, repoRoot),
    secrets,
    databaseUrls: {
      orders: databaseUrl(secrets.ordersDatabasePassword),
      integrations: databaseUrl(secrets.integrationsDatabasePassword),
    },
    natsUrl:
      external.natsUrl ??
      (ports.nats === undefined ? '' : `nats://${encodeURIComponent(secrets.natsToken)}@127.0.0.1:${ports.nats}`),
  });
}

/** The port variables of a stack, but for those that the environment gives. */
const portVariables = (ports: ReturnType<typeof readKeptPorts>, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    (Object.entries(PORT_VARIABLES) as [PortName, string][]).flatMap(([name, variable]) =>
      env[variable] || ports[name] === undefined ? [] : [[variable, String(ports[name])]],
    ),
  );
