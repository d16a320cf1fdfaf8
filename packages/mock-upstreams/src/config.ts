import { z } from 'zod';

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production'], 'is not demo, test or production').default('production'),
  HOST: z.string().default('127.0.0.1'),
  MOCK_UPSTREAMS_PORT: z.coerce
    .number('is no port')
    .int('is no port')
    .min(1, 'is no port')
    .max(65_535, 'is no port')
    .default(8084),
  GATEWAY_URL: z
    .url('is no http(s) address')
    .regex(/^https?:/, 'is no http(s) address')
    .default('http://127.0.0.1:8080'),
  HAIER_CALLBACK_APP_KEY: z.string('is not set'),
  HAIER_CALLBACK_SECRET: z.string('is not set'),
  PAYMENT_CALLBACK_SECRET: z.string('is not set'),
});

/**
 * Reads the environment; empty text counts as unset, as everywhere in this repository.
 * @throws Error that lists every problem, never a value: it may be a secret
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  - ${String(path[0])} ${message}`);
    throw new Error(`the environment cannot be used:\n${problems.join('\n')}`);
  }
  const e = parsed.data;
  if (e.APP_PROFILE === 'production') {
    throw new Error(
      'mock-upstreams signs callbacks for anybody who asks: it never starts in production, so set APP_PROFILE=demo',
    );
  }
  return {
    host: e.HOST,
    port: e.MOCK_UPSTREAMS_PORT,
    gatewayUrl: e.GATEWAY_URL.replace(/\/+$/, ''),
    haier: { appKey: e.HAIER_CALLBACK_APP_KEY, secret: e.HAIER_CALLBACK_SECRET },
    payment: { secret: e.PAYMENT_CALLBACK_SECRET },
  };
}
export type MockUpstreamsConfig = ReturnType<typeof readConfig>;
