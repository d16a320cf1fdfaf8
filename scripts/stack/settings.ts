import { resolve } from 'node:path';

import { readPorts, type Ports } from './ports.ts';

/** What the environment says about the stack itself; everything else passes through to the services. */
export type StackSettings = {
  readonly dataDir: string;
  readonly host: string;
  readonly ports: Ports;
  readonly profile: string;
  readonly logLevel: string;
  readonly adminUsername: string;
  /** Undefined means the embedded server. */
  readonly external: {
    readonly ordersDatabaseUrl: string | undefined;
    readonly integrationsDatabaseUrl: string | undefined;
    readonly natsUrl: string | undefined;
  };
};

/** @throws Error with one line for a variable that cannot be used */
export function readStackSettings(env: NodeJS.ProcessEnv, repoRoot: string): StackSettings {
  const given = (name: string) => env[name] || undefined;
  return {
    dataDir: resolve(repoRoot, given('DATA_DIR') ?? '.data'),
    host: given('HOST') ?? '127.0.0.1',
    ports: readPorts(env),
    profile: given('APP_PROFILE') ?? 'demo',
    logLevel: given('LOG_LEVEL') ?? 'info',
    adminUsername: given('ADMIN_USERNAME') ?? 'admin',
    external: {
      ordersDatabaseUrl: given('ORDERS_DATABASE_URL') ?? given('DATABASE_URL'),
      integrationsDatabaseUrl: given('INTEGRATIONS_DATABASE_URL') ?? given('DATABASE_URL'),
      natsUrl: given('NATS_URL'),
    },
  };
}

/** Where a client on this machine reaches what listens on `host`. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
