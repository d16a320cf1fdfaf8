import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import { type Clock, systemClock } from '../src/http/clock.ts';
import { openSuppliers } from '../src/suppliers/open-suppliers.ts';
import type { ConfigValues } from '../src/suppliers/read-settings.ts';
import type { Suppliers } from '../src/suppliers/suppliers.ts';
import { upstreamMetrics } from '../src/suppliers/upstream-metrics.ts';

/** A request as it came over the wire. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly atMs: number;
};

/** What a played platform does with a request; JSON unless it is a text. */
export type Reply =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | 'drop'
  | 'hang';

/** A platform on real HTTP that does what the test says and remembers what it saw. */
export async function playPlatform(reply: (seen: Seen, all: readonly Seen[]) => Reply | Promise<Reply>) {
  const all: Seen[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      const seen: Seen = {
        method: request.method!,
        path: request.url!,
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(parts).toString('utf8'),
        atMs: performance.now(),
      };
      all.push(seen);
      const answer = await reply(seen, all);
      if (answer === 'hang') return;
      if (answer === 'drop') return void request.socket.destroy();
      const { status = 200, headers = {}, body = {} } = answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: all,
    to: (part: string) => all.filter(({ path }) => path.includes(part)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where nothing has to be waited for: a wait only moves the clock on. */
export function quickClock(
  start = new Date('2025-11-28T02:30:00.000Z'),
): Clock & { waits: number[]; skip(ms: number): void } {
  let elapsedMs = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => new Date(start.getTime() + elapsedMs),
    elapsedMs: () => elapsedMs,
    async wait(ms) {
      waits.push(ms);
      elapsedMs += ms;
    },
    skip(ms) {
      elapsedMs += ms;
    },
  };
}

/** A whole configuration of a platform that is played at this address. */
export const demoValues = (url: string): Record<string, string> & ConfigValues => ({
  client_id: 'demo-client',
  client_secret: 'demo-client-secret',
  base_url: `${url}/`,
  customer_code: '8800001234',
  send_to_code: '8800005678',
  password: 'demo-password',
  seller_password: 'demo-seller-password',
  customer_password: 'demo-customer-password',
  ylh_auth_url: `${url}/auth/oauth/token`,
  ylh_intake_url: `${url}/intake`,
  ylh_order_url: `${url}/order/`,
  ylh_stock_url: `${url}/stock`,
  ylh_username: 'demo-ylh-user',
  ylh_password: 'demo ylh&password',
  ylh_client_id: 'demo-ylh-client',
  ylh_client_secret: 'demo-ylh-secret',
  source_system: 'DEMO',
  shop_name: '示例旗舰店',
});

type Setting = Parameters<typeof openSuppliers>[0];

/** Clients of a played platform; only what a test is about has to be said. */
export function demoSuppliers(
  url: string,
  options: { values?: ConfigValues; timeoutMs?: number; callsPerSecond?: number } & Partial<Setting> = {},
) {
  const { values = demoValues(url), timeoutMs = 5_000, callsPerSecond = 1_000, ...given } = options;
  const metrics = createMetrics('integrations');
  const opened = openSuppliers({
    limits: {
      outbound: { timeoutMs, plainHttpHosts: ['127.0.0.1'], privateHosts: ['127.0.0.1'], hosts: [] },
      callsPerSecond,
      repeatedWords: [],
      attempts: 3,
    },
    loadConfig: async () => ({ source: 'database', values }),
    mock: {} as Suppliers,
    metrics: upstreamMetrics(metrics),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    now: () => new Date(),
    clock: quickClock(),
    ...given,
  });
  return {
    ...opened.access,
    metrics: () => metrics.registry.metrics(),
    [Symbol.asyncDispose]: opened.close,
  };
}

/** The real clock, for what is about real time. */
export const realClock = systemClock(() => new Date());

/** A call as the platform's documents have it, and what it may answer. */
export type GoldenCall = {
  readonly request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  readonly answer: unknown;
};

export function goldenCall(name: string): GoldenCall {
  const file = new URL(`../../../packages/contracts/fixtures/${name}.json`, import.meta.url);
  return exact(readFileSync(file, 'utf8')) as GoldenCall;
}

/** What a platform was sent, in the shape of a golden call. Headers that HTTP itself needs are left out. */
export const asGolden = ({ method, path, headers, body }: Seen): GoldenCall['request'] => ({
  method,
  path,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_HTTP.has(name))),
  body: headers['content-type'] === 'application/json' ? exact(body) : body,
});

const OF_HTTP = new Set(['host', 'connection', 'content-length']);

/** An answer of a golden call as text: its numbers are again what they were. */
export const wireText = (value: unknown): string => JSON.stringify(value).replaceAll(/"#number (-?[\d.]+)"/g, '$1');

/** JSON with each number as it is written, so that 5.0 is not 5 and a text is not a number. */
function exact(json: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? `#number ${context?.source}` : value;
  return JSON.parse(json, reviver);
}
