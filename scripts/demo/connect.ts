import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderView, PaymentView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import type { HaierCallbackOrder, PaymentCallbackOrder, SendReport } from '@orderbridge/mock-upstreams/app';
import { localUrl, readStackSettings } from '../stack/settings.ts';

/** The running stack as those who use it reach it. */
export type Stack = {
  /** Places and pays with the storefront's bearer token. */
  readonly storefront: {
    place(order: PlaceOrder): Promise<OrderView>;
    openPayment(orderNumber: string): Promise<PaymentView>;
  };
  /** Looks, signed in as the first staff account. */
  readonly staff: { get(orderNumber: string): Promise<OrderView> };
  /** Lets mock-upstreams sign and send callbacks to the gateway. */
  readonly platforms: {
    haier(callback: HaierCallbackOrder): Promise<SendReport>;
    payment(callback: PaymentCallbackOrder): Promise<SendReport>;
  };
};

/** @throws Error with one line that says what to do when the stack does not answer or does not know us */
export async function connectToStack(env: NodeJS.ProcessEnv, repoRoot: string): Promise<Stack> {
  const { host, ports, dataDir, adminUsername } = readStackSettings(env, repoRoot);
  const urls = {
    gateway: localUrl(host, ports.gateway),
    orders: localUrl(host, ports.orders),
    'mock-upstreams': localUrl(host, ports.mockUpstreams),
  };
  await Promise.all(Object.entries(urls).map(([name, url]) => expectReady(name, url)));

  const secret = (name: string) => env[name] || secretIn(join(dataDir, 'secrets.json'), name);
  const storefront = { authorization: `Bearer ${secret('STOREFRONT_API_TOKEN')}` };
  const staff = { cookie: await signIn(urls.orders, adminUsername, secret('ADMIN_PASSWORD')) };
  const send = async (kind: 'haier' | 'payment', callback: object): Promise<SendReport> => {
    const response = await fetch(`${urls['mock-upstreams']}/_control/callbacks/${kind}`, {
      method: 'POST',
      body: JSON.stringify(callback),
    });
    if (!response.ok) throw new Error(`mock-upstreams refused to send: ${await response.text()}`);
    return (await response.json()) as SendReport;
  };
  return {
    storefront: {
      place: (order) => mutate(urls.orders, 'order.place', order, storefront),
      openPayment: (orderNumber) => mutate(urls.orders, 'payment.open', { orderNumber, method: 'generic' }, storefront),
    },
    staff: { get: (orderNumber) => query(urls.orders, 'order.get', { orderNumber }, staff) },
    platforms: { haier: (callback) => send('haier', callback), payment: (callback) => send('payment', callback) },
  };
}

async function expectReady(name: string, url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    await response.body?.cancel();
    if (response.ok) return;
  } catch {
    // Refused, timed out or no HTTP: the same advice helps.
  }
  throw new Error(
    `${name} is not ready at ${url}: run "npm start" in another terminal, wait for "ready", then run the demo`,
  );
}

function secretIn(file: string, name: string): string {
  try {
    const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | undefined>)[name];
    if (value) return value;
  } catch {
    // Not there or not readable: the same advice helps.
  }
  throw new Error(`there is no ${name} in ${file}: set DATA_DIR or ${name} to what the stack was started with`);
}

async function signIn(orders: string, username: string, password: string): Promise<string> {
  const response = await post(`${orders}/trpc/session.signIn`, { username, password });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]!);
  if (response.ok && cookies.length > 0) return cookies.join('; ');
  throw new Error(
    `the stack does not let ${username} sign in: set ADMIN_USERNAME and ADMIN_PASSWORD to a staff account`,
  );
}

async function mutate<Output>(orders: string, procedure: string, input: object, headers: Headers): Promise<Output> {
  return outputOf(procedure, await post(`${orders}/trpc/${procedure}`, input, headers));
}

async function query<Output>(orders: string, procedure: string, input: object, headers: Headers): Promise<Output> {
  const url = `${orders}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
  return outputOf(procedure, await fetch(url, { headers }));
}

const post = (url: string, input: object, headers: Headers = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

async function outputOf<Output>(procedure: string, response: Response): Promise<Output> {
  const { result, error } = (await response.json()) as { result?: { data: Output }; error?: ApiErrorShape };
  if (result) return result.data;
  throw new Error(`${procedure} was refused: ${error?.data.messageEn ?? `HTTP ${response.status}`}`);
}

type Headers = Record<string, string>;
