import { parseEnv, port } from '@orderbridge/service-kit/env';
import { LOG_LEVELS } from '@orderbridge/service-kit/logger';
import { z } from 'zod';
import { readSupplierConfig, SUPPLIER_ENV, wrongInProduction } from './supplier-config.ts';
import { readSyncConfig, SYNC_ENV, whatSyncsLack } from './sync/sync-config.ts';

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  INTEGRATIONS_PORT: port.default(8083),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'is no postgresql:// address'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(200).default(6),
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'is no nats:// address'),
  NATS_STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  ORDERS_URL: z.url().default('http://127.0.0.1:8082'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  ...SUPPLIER_ENV,
  ...SYNC_ENV,
});

/** Reads integrations' settings. @throws EnvError that lists every problem */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const e = parseEnv(Env, env, (given) => [...wrongInProduction(given), ...whatSyncsLack(given)]);
  return {
    host: e.HOST,
    port: e.INTEGRATIONS_PORT,
    databaseUrl: e.DATABASE_URL,
    databasePoolMax: e.DATABASE_POOL_MAX,
    natsUrl: e.NATS_URL,
    streamReplicas: e.NATS_STREAM_REPLICAS,
    ordersUrl: e.ORDERS_URL,
    logLevel: e.LOG_LEVEL,
    suppliers: readSupplierConfig(e, e.APP_PROFILE),
    sync: readSyncConfig(e, e.APP_PROFILE),
  };
}
export type IntegrationsConfig = ReturnType<typeof readConfig>;
