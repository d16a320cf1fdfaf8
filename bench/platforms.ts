import { randomBytes } from 'node:crypto';
import { HAIER_PATHS } from '@orderbridge/mock-upstreams/haier/haier-paths';
import { YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { SERVICES } from '../scripts/stack/services.ts';
import type { BenchStack } from './stack.ts';

/** As the stack runs it. */
const INTEGRATIONS = SERVICES.find(({ name }) => name === 'integrations')!;

/** integrations before the played Haier and YLH, with a person who is signed in. */
export async function startPlatforms(stack: BenchStack) {
  const ports = { integrations: await freePort(), mockUpstreams: await freePort() };
  const urls = {
    orders: `http://127.0.0.1:${stack.ports.orders}`,
    integrations: `http://127.0.0.1:${ports.integrations}`,
    mockUpstreams: `http://127.0.0.1:${ports.mockUpstreams}`,
  };
  const env = platformEnv(urls.mockUpstreams, stack.ports.gateway);
  await stack.runToEnd('seed', 'apps/orders/src/seed.ts');
  await stack.runToEnd('migrate-integrations', 'apps/integrations/src/migrate.ts');
  const mockUpstreams = await stack.run('mock-upstreams', 'packages/mock-upstreams/src/main.ts', {
    ...env,
    MOCK_UPSTREAMS_PORT: String(ports.mockUpstreams),
  });
  const integrations = await stack.run(
    'integrations',
    INTEGRATIONS.entry,
    { ...env, INTEGRATIONS_PORT: String(ports.integrations), ORDERS_URL: urls.orders },
    INTEGRATIONS.nodeArgs,
  );
  await stack.ready(mockUpstreams, `${urls.mockUpstreams}/livez`);
  await stack.ready(integrations, `${urls.integrations}/readyz`);
  const cookie = await signIn(urls.orders, stack.admin);

  const ask = async (url: string, init: RequestInit): Promise<any> => {
    const response = await fetch(url, init).catch((error: Error) => {
      throw new Error(`${url} did not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`, {
        cause: error,
      });
    });
    const body: any = await response.json();
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const post = (url: string, body: object, headers: Record<string, string> = {}) =>
    ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const mutateAt = (service: string) => async (procedure: string, input: object) =>
    (await post(`${service}/trpc/${procedure}`, input, { cookie })).result.data;
  return {
    /** Undefined once it is gone. */
    pid: () => integrations.pid,
    /** Tells the played platforms what to be like. */
    control: (path: string, body: object) => post(`${urls.mockUpstreams}/_control/${path}`, body),
    /** What the played platforms remember under that name, the oldest first. */
    remembered: async (name: string): Promise<any[]> => (await ask(`${urls.mockUpstreams}/_control/${name}`, {})).items,
    mutateOrders: mutateAt(urls.orders),
    mutate: mutateAt(urls.integrations),
    query: async (procedure: string, input: object) =>
      (
        await ask(`${urls.integrations}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
          headers: { cookie },
        })
      ).result.data,
  };
}
export type Platforms = Awaited<ReturnType<typeof startPlatforms>>;

/** What the rate budget of integrations allows, to each platform. */
export const CALLS_PER_SECOND = 80;

/** How long the played YLH takes to confirm an order; longer than the answer to its push takes. */
const CONFIRMED_AFTER_MS = 1_000;

function platformEnv(mockUrl: string, gatewayPort: number): Record<string, string> {
  const secret = () => randomBytes(12).toString('hex');
  return {
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
    OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
    HAIER_BASE_URL: mockUrl,
    HAIER_TOKEN_URL: `${mockUrl}${HAIER_PATHS.token}`,
    HAIER_CLIENT_ID: 'bench',
    HAIER_CLIENT_SECRET: secret(),
    HAIER_CUSTOMER_CODE: '8800000001',
    HAIER_SEND_TO_CODE: '8800000002',
    HAIER_PASSWORD: secret(),
    HAIER_SELLER_PASSWORD: secret(),
    YLH_AUTH_URL: `${mockUrl}${YLH_ROOTS.auth}`,
    YLH_BASE_URL: `${mockUrl}${YLH_ROOTS.intake}`,
    YLH_ORDER_BASE_URL: `${mockUrl}${YLH_ROOTS.order}`,
    YLH_STOCK_BASE_URL: `${mockUrl}${YLH_ROOTS.stock}`,
    YLH_USERNAME: 'bench',
    YLH_PASSWORD: secret(),
    YLH_CLIENT_ID: 'bench',
    YLH_CLIENT_SECRET: secret(),
    YLH_SOURCE_SYSTEM: 'BENCH',
    YLH_SHOP_NAME: 'bench',
    MOCK_YLH_ANSWERS_AFTER_MS: String(CONFIRMED_AFTER_MS),
  };
}

/** The cookie of the first administrator. */
export async function signIn(ordersUrl: string, { username, password }: BenchStack['admin']): Promise<string> {
  const response = await fetch(`${ordersUrl}/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!response.ok || !cookie) throw new Error(`nobody can sign in: ${response.status} ${await response.text()}`);
  return cookie;
}
