import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PERMISSIONS, ROLE_PERMISSIONS, STAFF_ROLES, type StaffRole } from '@orderbridge/contracts/permissions';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrationsApp } from '../src/api/app.ts';
import { integrationsRouter } from '../src/api/router.ts';
import { readConfig } from '../src/config.ts';
import { createContext } from '../src/context.ts';
import { migrate } from '../src/orm.ts';

const procedures = Object.entries(
  integrationsRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: string; meta?: { permission: string } } }
  >,
).map(([name, { _def }]) => ({ name, type: _def.type, permission: _def.meta?.permission ?? 'nobody' }));

/** Orders, as far as it is asked here: the cookie names the role. */
const orders = createServer((request, response) => {
  const role = STAFF_ROLES.find((candidate) => request.headers.cookie === `orderbridge=${candidate}`);
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ result: { data: role ? sessionOf(role) : null } }));
});
const sessionOf = (role: StaffRole): StaffSession => ({
  username: role,
  displayName: role,
  role,
  permissions: [...ROLE_PERMISSIONS[role]],
  expiresAt: '2026-11-21T12:00:00.000Z',
  freshUntil: null,
});

let stack: AsyncDisposableStack;
let app: ReturnType<typeof integrationsApp>;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void orders.close());
  const database = stack.use(await testDatabase({ template: 'integrations', migrate }));
  const nats = stack.use(await testNats());
  const context = await createContext(
    readConfig({
      DATABASE_URL: database.url,
      NATS_URL: nats.url,
      ORDERS_URL: `http://127.0.0.1:${(orders.address() as AddressInfo).port}`,
      LOG_LEVEL: 'silent',
    }),
  );
  stack.defer(() => context.close());
  app = integrationsApp(context, new AbortController().signal);
});
afterAll(() => stack.disposeAsync());

describe('every procedure was born with a permission', () => {
  test.each(procedures)('$name', ({ permission }) => {
    expect(PERMISSIONS).toContain(permission);
  });
});

test('every procedure × every role: let in exactly where the permission says so', async () => {
  const callers = {
    ...Object.fromEntries(STAFF_ROLES.map((role) => [role, `orderbridge=${role}`])),
    nobody: '',
    stranger: 'orderbridge=x',
  };
  const table: Record<string, string[]> = {};
  for (const { name, type, permission } of procedures) {
    table[name] = [];
    for (const [caller, cookie] of Object.entries(callers)) {
      const json = { 'content-type': 'application/json' };
      // An input of the wrong shape: whoever gets as far as its refusal was let in.
      const { status } = await (type === 'mutation'
        ? app.request(`/trpc/${name}`, { method: 'POST', body: '17', headers: { ...json, cookie } })
        : app.request(`/trpc/${name}?input=17`, { headers: { cookie } }));
      const role = STAFF_ROLES.find((candidate) => candidate === caller);
      const may = role !== undefined && (ROLE_PERMISSIONS[role] as readonly string[]).includes(permission);
      expect([name, caller, status]).toEqual([name, caller, may ? 400 : role ? 403 : 401]);
      if (may) table[name].push(caller);
    }
  }
  expect(table).toEqual({ 'orderEvent.list': ['admin', 'operator', 'viewer'] });
});
