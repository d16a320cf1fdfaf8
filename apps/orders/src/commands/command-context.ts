import type { MikroORM } from '@mikro-orm/postgresql';
import { type GivenEnv, parseEnv } from '@orderbridge/service-kit/env';
import { z } from 'zod';
import { openOrm } from '../orm.ts';
import { PAYMENT_ENV, readPaymentConfig, whatProvidersLack } from '../payment-config.ts';
import { buildProviders } from '../payments/providers/build-providers.ts';
import type { PaymentProviders } from '../payments/providers/provider.ts';

/** What a command works with: the database and the payment providers, no broker and no port. */
export type CommandContext = {
  readonly orm: MikroORM;
  readonly providers: PaymentProviders;
  readonly auditChainKey: string | undefined;
  readonly now: () => Date;
  /** Nobody to wake here: the relay of the running service finds the events of other processes by itself. */
  readonly wakeRelay: () => void;
  readonly close: () => Promise<void>;
};

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production']).default('production'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'is no postgresql:// address'),
  AUDIT_CHAIN_KEY: z.string().optional(),
  ...PAYMENT_ENV,
});

const POOL_MAX = 6;

/** Opens what commands need, with the settings of the service as far as they are given. @throws EnvError */
export async function openCommandContext(env: GivenEnv): Promise<CommandContext> {
  const e = parseEnv(Env, env, whatProvidersLack);
  const now = () => new Date();
  const orm = await openOrm({ databaseUrl: e.DATABASE_URL, poolMax: POOL_MAX });
  const { providers, close } = buildProviders(readPaymentConfig(e, e.APP_PROFILE), now);
  return {
    orm,
    providers,
    auditChainKey: e.AUDIT_CHAIN_KEY,
    now,
    wakeRelay: () => undefined,
    close: async () => {
      await close();
      await orm.close();
    },
  };
}
