import {
  PERMISSIONS,
  ROLE_PERMISSIONS,
  STAFF_ROLES,
  STOREFRONT_PERMISSIONS,
  TOKEN_SCOPES,
} from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ordersRouter } from '../src/api/router.ts';
import { type Headers, ordersApi, TOKEN } from './_api.ts';
import { anOrder } from './_orders.ts';

type Meta = { permission: readonly string[] | 'nobody' | 'anybody' | 'person'; fresh?: true };
const procedures = Object.entries(
  ordersRouter._def.procedures as unknown as Record<string, { _def: { type: string; meta?: Meta } }>,
).map(([name, { _def }]) => ({ name, type: _def.type, meta: _def.meta }));

let api: Awaited<ReturnType<typeof ordersApi>>;
let callers: Record<string, Headers>;
beforeAll(async () => {
  api = await ordersApi();
  const staff = await Promise.all(STAFF_ROLES.map(async (role) => [role, await api.signIn(role)] as const));
  const scoped = await Promise.all(
    [TOKEN_SCOPES, ['orders.view']].map(async (scopes, n) => {
      const input = { name: `scoped-${n}`, scopes };
      const { token } = (await api.mutate('token.create', input, staff[0]![1])).body.result.data;
      return { authorization: `Bearer ${token}` };
    }),
  );
  callers = {
    ...Object.fromEntries(staff),
    'all scopes': scoped[0]!,
    'one scope': scoped[1]!,
    storefront: { authorization: `Bearer ${TOKEN}` },
    'wrong token': { authorization: 'Bearer something-else-altogether' },
    nobody: {},
  };
});
afterAll(() => api[Symbol.asyncDispose]());

const inColumn = (cell: string, column: number) => cell.padEnd(column === 0 ? 28 : 11);

const HELD: Record<string, readonly string[]> = {
  ...ROLE_PERMISSIONS,
  'all scopes': TOKEN_SCOPES,
  'one scope': ['orders.view'],
  storefront: STOREFRONT_PERMISSIONS,
};

/** About nobody but who asks, or checked inside. */
const PERSONAL = ['session.stepUp', 'session.list', 'session.kill', 'view.list', 'view.keep', 'view.remove'];

describe('every procedure was born with a permission', () => {
  test.each(procedures)('$name', ({ name, meta }) => {
    if (meta?.permission === 'anybody')
      expect(['session.signIn', 'session.current', 'session.signOut']).toContain(name);
    else if (meta?.permission === 'person') expect(PERSONAL).toContain(name);
    else {
      expect(meta?.permission).toEqual(expect.any(Array));
      expect((meta!.permission as string[]).length).toBeGreaterThan(0);
      for (const permission of meta!.permission) expect(PERMISSIONS).toContain(permission);
    }
  });

  test('and every permission opens something', () => {
    const used = new Set(procedures.flatMap(({ meta }) => meta?.permission ?? []));
    // The first opens downloads, the second is asked inside of session.list and session.kill, the rest is another service's.
    const elsewhere = [
      'exports.download',
      'sessions.manage',
      'integrations.view',
      'integrations.sync',
      'integrations.configure',
      'jobs.manage',
      'reconcile.run',
    ];
    expect(PERMISSIONS.filter((permission) => !used.has(permission))).toEqual(elsewhere);
  });
});

test('every procedure × every caller: let in exactly where the permission says so', async () => {
  const rows = [['', ...Object.keys(callers)].map(inColumn).join(' ').trimEnd()];
  // Signing out would end the session of the caller who asks.
  for (const { name, type, meta } of procedures.filter(({ name }) => name !== 'session.signOut')) {
    const cells: string[] = [];
    for (const [caller, headers] of Object.entries(callers)) {
      // An input of the wrong shape: whoever gets as far as its refusal, or to an answer without one, was let in.
      const { status, body } = await (type === 'mutation' ? api.mutate : api.query)(name, 17, headers);
      const letIn = status === 200 || status === 400;
      const known = HELD[caller] !== undefined;
      const { permission } = meta!;
      const may =
        permission === 'anybody' ||
        (permission === 'person'
          ? (STAFF_ROLES as readonly string[]).includes(caller)
          : known && (permission as string[]).some((one) => HELD[caller]!.includes(one)));
      expect([name, caller, letIn]).toEqual([name, caller, may]);
      if (!letIn) {
        expect([name, caller, status]).toEqual([name, caller, known ? 403 : 401]);
        expect(body.error.data).toMatchObject({
          errorCode: known ? 'NOT_ALLOWED' : 'NOT_SIGNED_IN',
          messageEn: expect.any(String),
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        });
      }
      expect(JSON.stringify(body)).not.toContain('stack');
      cells.push(letIn ? 'yes' : '-');
    }
    rows.push([`${name}${meta!.fresh ? ' (fresh)' : ''}`, ...cells].map(inColumn).join(' ').trimEnd());
  }
  expect(`\n${rows.join('\n')}\n`).toMatchInlineSnapshot(`
    "
                                 admin       operator    viewer      all scopes  one scope   storefront  wrong token nobody
    session.signIn               yes         yes         yes         yes         yes         yes         yes         yes
    session.current              yes         yes         yes         yes         yes         yes         yes         yes
    session.stepUp               yes         yes         yes         -           -           -           -           -
    session.list                 yes         yes         yes         -           -           -           -           -
    session.kill                 yes         yes         yes         -           -           -           -           -
    view.list                    yes         yes         yes         -           -           -           -           -
    view.keep                    yes         yes         yes         -           -           -           -           -
    view.remove                  yes         yes         yes         -           -           -           -           -
    order.place                  yes         yes         -           yes         -           yes         -           -
    order.get                    yes         yes         yes         yes         yes         -           -           -
    order.list                   yes         yes         yes         yes         yes         -           -           -
    order.preflight              yes         yes         -           yes         -           -           -           -
    order.preflightMany          yes         yes         -           yes         -           -           -           -
    order.push                   yes         yes         -           yes         -           -           -           -
    order.pushMany               yes         yes         -           yes         -           -           -           -
    order.logistics              yes         yes         -           yes         -           -           -           -
    order.deliveryImages         yes         yes         -           yes         -           -           -           -
    order.ship                   yes         yes         -           yes         -           -           -           -
    order.complete               yes         yes         -           yes         -           yes         -           -
    order.cancel                 yes         yes         -           yes         -           yes         -           -
    order.requestRefund (fresh)  yes         yes         -           yes         -           -           -           -
    order.withdrawRefund         yes         yes         -           yes         -           -           -           -
    order.adjustPrice            yes         yes         -           yes         -           -           -           -
    order.reschedule             yes         yes         -           yes         -           -           -           -
    order.addNote                yes         yes         -           yes         -           -           -           -
    order.recordInvoice          yes         yes         -           yes         -           -           -           -
    order.reveal (fresh)         yes         yes         -           -           -           -           -           -
    order.rebuild                yes         yes         -           yes         -           -           -           -
    order.changes                yes         yes         yes         yes         yes         -           -           -
    payment.open                 yes         yes         -           yes         -           yes         -           -
    payment.list                 yes         yes         yes         yes         -           -           -           -
    payment.get                  yes         yes         yes         yes         -           -           -           -
    payment.sync                 yes         yes         -           yes         -           -           -           -
    callback.list                yes         yes         yes         yes         -           -           -           -
    callback.get                 yes         yes         yes         yes         -           -           -           -
    callback.whatIf              yes         yes         yes         yes         -           -           -           -
    callback.replay              yes         yes         -           yes         -           -           -           -
    callback.count               yes         yes         yes         yes         -           -           -           -
    callback.replayMany          yes         yes         -           yes         -           -           -           -
    callback.replayBatch         yes         yes         -           yes         -           -           -           -
    callback.signature           yes         yes         yes         yes         -           -           -           -
    refund.list                  yes         yes         yes         yes         -           -           -           -
    refund.get                   yes         yes         yes         yes         -           -           -           -
    refund.retry (fresh)         yes         -           -           yes         -           -           -           -
    refund.approve (fresh)       yes         yes         -           yes         -           -           -           -
    refund.decline (fresh)       yes         yes         -           yes         -           -           -           -
    exception.list               yes         yes         yes         yes         -           -           -           -
    exception.summary            yes         yes         yes         yes         -           -           -           -
    exception.causes             yes         yes         yes         yes         -           -           -           -
    exception.owners             yes         yes         yes         yes         -           -           -           -
    exception.assign             yes         yes         -           yes         -           -           -           -
    exception.resolve            yes         yes         -           yes         -           -           -           -
    product.list                 yes         yes         yes         yes         -           -           -           -
    product.get                  yes         yes         yes         yes         -           -           -           -
    product.setPrice             yes         yes         -           yes         -           -           -           -
    product.remove               yes         yes         -           yes         -           -           -           -
    inventory.log                yes         yes         yes         yes         -           -           -           -
    inventory.adjust             yes         yes         -           yes         -           -           -           -
    audit.list                   yes         -           -           yes         -           -           -           -
    audit.get                    yes         -           -           yes         -           -           -           -
    audit.verify                 yes         -           -           yes         -           -           -           -
    staff.list                   yes         -           -           -           -           -           -           -
    staff.create (fresh)         yes         -           -           -           -           -           -           -
    staff.update (fresh)         yes         -           -           -           -           -           -           -
    staff.remove (fresh)         yes         -           -           -           -           -           -           -
    token.list                   yes         -           -           -           -           -           -           -
    token.create (fresh)         yes         -           -           -           -           -           -           -
    token.revoke                 yes         -           -           -           -           -           -           -
    overview.get                 yes         yes         yes         yes         yes         -           -           -
    system.health                yes         yes         yes         yes         yes         -           -           -
    "
  `);
});

test('every export × every caller: masked with its permission, in clear with that of revealing besides', async () => {
  const isLetIn = async (path: string, headers: Headers) => {
    const response = await api.fetch(`/exports/${path}`, { headers });
    await response.body?.cancel();
    return response.status === 200;
  };
  const placed = await api.mutate('order.place', { ...anOrder(), isGovernmentOrder: true }, callers['storefront']);
  const { orderNumber } = placed.body.result.data;
  for (const [caller, headers] of Object.entries(callers)) {
    const has = (permission: string) => HELD[caller]?.includes(permission) === true;
    const masked = has('exports.download');
    const expected = {
      'orders.csv': masked,
      'payments.csv': masked,
      'refunds.csv': masked && has('refunds.view'),
      'exceptions.csv': masked && has('exceptions.view'),
      'callbacks.csv': masked && has('callbacks.view'),
      'audit.csv': masked && has('audit.view'),
      [`evidence.zip?orderNumber=${orderNumber}`]: masked,
      'orders.csv?reveal=test': masked && has('orders.reveal'),
      [`evidence.zip?orderNumber=${orderNumber}&reveal=test`]: masked && has('orders.reveal'),
    };
    const letIn = await Promise.all(
      Object.keys(expected).map(async (path) => [path, await isLetIn(path, headers)] as const),
    );
    expect([caller, Object.fromEntries(letIn)]).toEqual([caller, expected]);
  }
  expect(Object.keys(HELD).filter((caller) => HELD[caller]!.includes('exports.download'))).toEqual([
    'admin',
    'operator',
    'all scopes',
  ]);
  expect(Object.keys(HELD).filter((caller) => HELD[caller]!.includes('orders.reveal'))).toEqual(['admin', 'operator']);
});
