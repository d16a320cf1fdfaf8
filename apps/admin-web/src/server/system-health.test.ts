import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceStates, SystemHealth } from '@orderbridge/contracts/health-api';
import { afterEach, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { jsonLog } from './json-log.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const healthy = { database: { status: 'healthy', response_time_ms: 3 } };

test('tells staff of every service, its parts, and since when it is so', async () => {
  let isBroken = false;
  const { ask } = await start({
    gateway: (request, response) => {
      if (request.url === '/metrics')
        return response.end('# HELP spool_records x\nspool_records{service="gateway"} 7\n');
      const spool = { status: isBroken ? 'unhealthy' : 'healthy', response_time_ms: 1 };
      return answer(response, isBroken ? 503 : 200, { success: !isBroken, data: { services: { spool } } });
    },
  });
  const before = (await ask('sid=staff')).body;
  expect(before.services.map(({ name, state }) => [name, state])).toEqual([
    ['gateway', 'healthy'],
    ['orders', 'healthy'],
    ['integrations', 'down'],
  ]);
  expect(before.services[0]).toMatchObject({ spooled: 7, parts: [{ name: 'spool', ok: true, responseMs: 1 }] });
  expect(before.services[1]!.parts).toEqual([{ name: 'database', ok: true, responseMs: 3 }]);

  isBroken = true;
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const after = (await ask('sid=staff')).body;
  expect(after.services[0]).toMatchObject({ state: 'unhealthy', since: after.at, parts: [{ ok: false }] });
  expect(after.services[1]!.since).toBe(before.services[1]!.since);
});

test('tells nothing to whoever is not signed in or may not see it, and only who answers while orders does not', async () => {
  const { ask, stopOrders } = await start({});
  expect((await ask(undefined)).status).toBe(403);
  expect((await ask('sid=nobody')).status).toBe(403);
  expect((await ask('sid=without')).status).toBe(403);
  await stopOrders();
  const { status, body } = await ask('sid=anything');
  expect(status).toBe(200);
  expect(body.services.every(({ parts, spooled }) => parts.length === 0 && spooled === null)).toBe(true);
});

test('tells anybody which services work, and nothing else of them', async () => {
  const { states, stopOrders } = await start({});
  expect((await states()).services).toEqual([
    { name: 'gateway', state: 'healthy' },
    { name: 'orders', state: 'healthy' },
    { name: 'integrations', state: 'down' },
  ]);
  await stopOrders();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await states()).services[1]).toEqual({ name: 'orders', state: 'down' });
});

async function start({ gateway }: { gateway?: RequestListener }) {
  const gatewayAt = await listen(gateway ?? ((_, response) => answer(response, 200, { success: true })));
  const ordersAt = await listen((request, response) => {
    if (request.url === '/healthz') return answer(response, 200, { success: true, data: { services: healthy } });
    const permissions = { 'sid=staff': ['integrations.view'], 'sid=without': ['orders.view'] }[request.headers.cookie!];
    return answer(response, 200, { result: { data: permissions ? { permissions } : null } });
  });
  const gone = await listen(() => {});
  gone.server.close();
  const shutdown = new AbortController();
  closing.push(() => shutdown.abort());
  const app = createApp({
    config: {
      services: { orders: ordersAt.url, integrations: gone.url },
      gateway: gatewayAt.url,
      buildDir: '/nowhere',
    },
    log: jsonLog(
      'silent',
      () => {},
      () => new Date(),
    ),
    shutdown: shutdown.signal,
  });
  return {
    ask: async (cookie: string | undefined) => {
      const response = await app.request('/system-health', { headers: cookie === undefined ? {} : { cookie } });
      return { status: response.status, body: (await response.json()) as SystemHealth };
    },
    states: async () => (await (await app.request('/service-states')).json()) as ServiceStates,
    stopOrders: () =>
      new Promise<void>((resolve) => {
        ordersAt.server.close(() => resolve());
        ordersAt.server.closeAllConnections();
      }),
  };
}

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
}

const answer = (response: Parameters<RequestListener>[1], status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
