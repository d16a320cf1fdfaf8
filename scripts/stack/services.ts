import type { DatabaseUrls } from './database.ts';
import { demoPaymentEnv } from './demo-payments.ts';
import type { DemoSecrets, GivenOrMade } from './demo-secrets.ts';
import { demoSupplierEnv } from './demo-suppliers.ts';
import { PORT_VARIABLES, type PortName } from './ports.ts';
import { localUrl, type StackSettings } from './settings.ts';

/** A process of the stack that answers `/readyz` on one of the five ports. */
export type ServicePlan = {
  /** As in its log file and in what is printed about it. */
  readonly name: string;
  readonly port: PortName;
  /** The file that Node runs, from the repository root. */
  readonly entry: string;
  /** What Node is told before that. */
  readonly nodeArgs?: readonly string[];
  /** The only secrets it gets to see. */
  readonly secrets: readonly GivenOrMade[];
  /** More secrets, which it gets when the user gives them. */
  readonly optionalSecrets?: readonly string[];
  readonly database?: keyof DatabaseUrls;
  /** Speaks with the broker, whose address carries a token. */
  readonly usesNats?: true;
  /** Signs callbacks for anybody who asks, so it never runs in production. */
  readonly demoOnly?: boolean;
};

const PREVIOUS_SECRETS = ['HAIER_CALLBACK_SECRET_PREVIOUS', 'PAYMENT_CALLBACK_SECRET_PREVIOUS'] as const;
const CALLBACK_SECRETS = ['HAIER_CALLBACK_APP_KEY', 'HAIER_CALLBACK_SECRET', 'PAYMENT_CALLBACK_SECRET'] as const;

/** What moves money at the providers; the half that verifies is public. */
const PROVIDER_SECRETS = [
  'WECHAT_PAY_API_V3_KEY',
  'WECHAT_PAY_PRIVATE_KEY',
  'WECHAT_PAY_PRIVATE_KEY_PATH',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_PRIVATE_KEY_PATH',
] as const;

/** What lets us in at Haier and YLH, and the key before the last one that seals stored settings. */
const SUPPLIER_SECRETS = [
  'HAIER_CLIENT_SECRET',
  'HAIER_PASSWORD',
  'HAIER_SELLER_PASSWORD',
  'HAIER_CUSTOMER_PASSWORD',
  'YLH_PASSWORD',
  'YLH_CLIENT_SECRET',
  'DATA_ENCRYPTION_KEY_PREVIOUS',
] as const;

/**
 * A sync of 50,000 products holds some 40 MB at a time, like one of 500; a heap of this size has room for ten times that,
 * and makes Node collect garbage early. Left to itself it lets a hundred megabytes of it pile up.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=512'] as const;

export const SERVICES: readonly ServicePlan[] = [
  {
    name: 'orders',
    port: 'orders',
    entry: 'apps/orders/src/main.ts',
    secrets: ['ADMIN_PASSWORD', 'STOREFRONT_API_TOKEN', 'PAYMENT_CALLBACK_SECRET'],
    optionalSecrets: [...PROVIDER_SECRETS, 'AUDIT_CHAIN_KEY'],
    database: 'orders',
    usesNats: true,
  },
  {
    name: 'integrations',
    port: 'integrations',
    entry: 'apps/integrations/src/main.ts',
    nodeArgs: SMALL_HEAP,
    secrets: ['DATA_ENCRYPTION_KEY'],
    optionalSecrets: SUPPLIER_SECRETS,
    database: 'integrations',
    usesNats: true,
  },
  {
    name: 'gateway',
    port: 'gateway',
    entry: 'apps/gateway/src/main.ts',
    secrets: CALLBACK_SECRETS,
    optionalSecrets: PREVIOUS_SECRETS,
    usesNats: true,
  },
  {
    name: 'mock-upstreams',
    port: 'mockUpstreams',
    entry: 'packages/mock-upstreams/src/main.ts',
    secrets: CALLBACK_SECRETS,
    demoOnly: true,
  },
  { name: 'admin-web', port: 'admin', entry: 'apps/admin-web/src/server/main.ts', secrets: [] },
];

/** Programs that bring a database up to date before the services start, in this order. */
export const PREPARATIONS: readonly Preparation[] = [
  { name: 'migrate-orders', label: 'tables of orders', entry: 'apps/orders/src/migrate.ts', of: 'orders' },
  {
    name: 'seed-orders',
    label: 'demo catalogue and first staff account',
    entry: 'apps/orders/src/seed.ts',
    of: 'orders',
  },
  {
    name: 'migrate-integrations',
    label: 'tables of integrations',
    entry: 'apps/integrations/src/migrate.ts',
    of: 'integrations',
  },
];

export type Preparation = {
  readonly name: string;
  readonly label: string;
  readonly entry: string;
  /** The service whose environment it runs in. */
  readonly of: string;
};

export type Surroundings = {
  readonly userEnv: NodeJS.ProcessEnv;
  readonly settings: StackSettings;
  readonly secrets: DemoSecrets;
  readonly databaseUrls: DatabaseUrls;
  readonly natsUrl: string;
};

/** The user's environment, the addresses of the stack, and of the secrets only those that the service needs. */
export function serviceEnv(service: ServicePlan, around: Surroundings): NodeJS.ProcessEnv {
  const { settings, secrets } = around;
  const env: NodeJS.ProcessEnv = {
    ...around.userEnv,
    APP_PROFILE: settings.profile,
    HOST: settings.host,
    LOG_LEVEL: settings.logLevel,
    DATA_DIR: settings.dataDir,
    ADMIN_USERNAME: settings.adminUsername,
  };
  for (const name of SECRET_VARIABLES) delete env[name];
  // Made-up secrets that others must know are for the demo only (R150).
  for (const name of service.secrets)
    if (settings.profile !== 'production' || around.userEnv[name]) env[name] = secrets[name];
  for (const name of service.optionalSecrets ?? []) if (around.userEnv[name]) env[name] = around.userEnv[name];
  if (service.database) env['DATABASE_URL'] = around.databaseUrls[service.database];
  if (service.usesNats) env['NATS_URL'] = around.natsUrl;

  for (const [name, variable] of Object.entries(PORT_VARIABLES) as [PortName, string][]) {
    env[variable] = String(settings.ports[name]);
    env[variable.replace(/_PORT$/, '_URL')] = localUrl(settings.host, settings.ports[name]);
  }
  if (settings.profile === 'demo') {
    const demo = {
      userEnv: around.userEnv,
      secrets,
      gatewayUrl: localUrl(settings.host, settings.ports.gateway),
      mockUpstreamsUrl: localUrl(settings.host, settings.ports.mockUpstreams),
    };
    Object.assign(env, demoPaymentEnv(service.name, demo), demoSupplierEnv(service.name, demo));
  }
  return env;
}

/** What production must be given and is not; services would say the same, one after the other. */
export const whatProductionLacks = ({ profile }: StackSettings, userEnv: NodeJS.ProcessEnv): GivenOrMade[] =>
  profile === 'production' ? PRODUCTION_NEEDS.filter((name) => !userEnv[name]) : [];

const PRODUCTION_NEEDS: readonly GivenOrMade[] = ['ADMIN_PASSWORD', ...CALLBACK_SECRETS];

const SECRET_VARIABLES = [
  'ADMIN_PASSWORD',
  'STOREFRONT_API_TOKEN',
  'DATA_ENCRYPTION_KEY',
  ...CALLBACK_SECRETS,
  ...PREVIOUS_SECRETS,
  ...PROVIDER_SECRETS,
  ...SUPPLIER_SECRETS,
  'AUDIT_CHAIN_KEY',
  'NATS_URL',
  'DATABASE_URL',
  'ORDERS_DATABASE_URL',
  'INTEGRATIONS_DATABASE_URL',
];
