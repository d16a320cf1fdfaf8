import { randomBytes } from 'node:crypto';
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
    const response = await fetch(url, init);
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
  return {
    /** Undefined once it is gone. */
    pid: () => integrations.pid,
    /** Tells the played platforms what to be like. */
    control: (path: string, body: object) => post(`${urls.mockUpstreams}/_control/${path}`, body),
    mutate: async (procedure: string, input: object) =>
      (await post(`${urls.integrations}/trpc/${procedure}`, input, { cookie })).result.data,
    query: async (procedure: string, input: object) =>
      (
        await ask(`${urls.integrations}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
          headers: { cookie },
        })
      ).result.data,
  };
}
export type Platforms = Awaited<ReturnType<typeof startPlatforms>>;

function platformEnv(mockUrl: string, gatewayPort: number): Record<string, string> {
  const secret = () => randomBytes(12).toString('hex');
  return {
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
    OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
    HAIER_BASE_URL: mockUrl,
    HAIER_TOKEN_URL: `${mockUrl}/oauth2/auth`,
    HAIER_CLIENT_ID: 'bench',
    HAIER_CLIENT_SECRET: secret(),
    HAIER_CUSTOMER_CODE: '8800000001',
    HAIER_SEND_TO_CODE: '8800000002',
    HAIER_PASSWORD: secret(),
    HAIER_SELLER_PASSWORD: secret(),
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
