import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const origin = z
  .url({ protocol: /^https?$/, message: 'is no http(s) address' })
  .transform((address) => new URL(address))
  .refine((url) => url.pathname === '/' && url.search === '', 'takes no path: give scheme, host and port');

const Environment = z.object({
  ADMIN_PORT: z.coerce.number().int().min(1).max(65_535).default(8081),
  HOST: z.string().default('127.0.0.1'),
  ORDERS_URL: origin.default(new URL('http://127.0.0.1:8082')),
  INTEGRATIONS_URL: origin.default(new URL('http://127.0.0.1:8083')),
  GATEWAY_URL: origin.default(new URL('http://127.0.0.1:8080')),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly services: { readonly orders: URL; readonly integrations: URL };
  /** Asked for its health only. */
  readonly gateway: URL;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  /** Folder of the client's build. */
  readonly buildDir: string;
};

/**
 * Reads the environment and reports every problem at once, by variable name.
 * @throws Error
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  - ${String(issue.path[0])} ${issue.message}`);
    throw new Error(`the environment cannot be used:\n${problems.join('\n')}`);
  }
  const { ADMIN_PORT, HOST, ORDERS_URL, INTEGRATIONS_URL, GATEWAY_URL, LOG_LEVEL } = parsed.data;
  return {
    port: ADMIN_PORT,
    host: HOST,
    services: { orders: ORDERS_URL, integrations: INTEGRATIONS_URL },
    gateway: GATEWAY_URL,
    logLevel: LOG_LEVEL,
    buildDir: fileURLToPath(new URL('../../dist', import.meta.url)),
  };
}
