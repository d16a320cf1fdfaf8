import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { relayOnce } from '@orderbridge/service-kit/outbox/relay';
import { OUTBOX } from '../src/outbox/outbox.ts';
import { ordersApi, PASSWORD, TOKEN } from './_api.ts';
import { haierCallback, paymentCallback } from './_orders.ts';

/** Nobody is called so; found anywhere else, it has leaked. */
const PERSON = { contactName: '欧阳金丝雀', phone: '13917778889', detail: '金丝雀路 4242 号 17 栋' };
const TRACES = [PERSON.contactName, PERSON.phone, PERSON.detail, '4242'];
const REASON = `客户来电 ${PERSON.phone}`;
const QUOTED = `联系${PERSON.contactName}，电话${PERSON.phone}，地址${PERSON.detail}`;

let api: Awaited<ReturnType<typeof ordersApi>>;
let admin: { cookie: string };
let orderNumber: string;
let callbackIds: string[];
beforeAll(async () => {
  api = await ordersApi();
  admin = await api.signIn('admin');
  orderNumber = await place();
  callbackIds = await live(orderNumber);
});
afterAll(() => api[Symbol.asyncDispose]());

const storefront = { authorization: `Bearer ${TOKEN}` };
const order = () => ({
  buyer: 'buyer-canary',
  address: {
    contactName: PERSON.contactName,
    phone: PERSON.phone,
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    detail: PERSON.detail,
    countyCode: '370212',
  },
  lines: [
    { productCode: 'GA0SZC00U', quantity: 1 },
    { productCode: 'LOCAL-KETTLE-01', quantity: 2 },
  ],
  note: QUOTED,
});
async function place(): Promise<string> {
  const { body } = await api.mutate('order.place', order(), storefront);
  return body.result.data.orderNumber;
}

/** Everything that can happen to the order, each with the person's data in whatever text it takes. */
async function live(orderNumber: string): Promise<string[]> {
  const opened = await api.mutate('payment.open', { orderNumber, method: 'generic' }, storefront);
  const payment = opened.body.result.data;
  const now = api.context.now();
  const told = { ReceiverName: PERSON.contactName, ReceiverMobile: PERSON.phone, Address: PERSON.detail };
  const envelopes: CallbackEnvelope[] = [
    paymentCallback(payment, { payer_mobile: PERSON.phone, openid: 'oCanary4242', remark: QUOTED }, now),
    paymentCallback(payment, { amount: '0.01', transaction_id: 'T-other', remark: QUOTED }, now),
    haierCallback(
      {
        PlatformOrderNo: orderNumber,
        State: 0,
        FailMsg: QUOTED,
        ...told,
      },
      { at: now },
    ),
    haierCallback({ PlatformOrderNo: orderNumber, State: 1, FailMsg: QUOTED }, { at: now, late: true }),
    {
      ...haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: now }),
      body: `Data=${QUOTED}&x=%`,
      transportKey: 'haier:broken',
    },
  ];
  for (const envelope of envelopes) await applyCallbacks(api.context, [envelope]).catch(() => undefined);
  const say = { orderNumber, reason: REASON };
  await api.mutate('order.addNote', { orderNumber, note: QUOTED }, admin);
  await api.mutate('order.reschedule', { orderNumber, installTime: '2030-01-01T00:00:00Z' }, admin);
  await api.mutate('order.adjustPrice', { ...say, payableFen: 1 }, admin);
  await api.mutate('order.requestRefund', { ...say, amountFen: 100 }, admin);
  await api.mutate('order.withdrawRefund', say, admin);
  await api.mutate('order.cancel', say, admin);
  await api.mutate('inventory.adjust', { productCode: 'LOCAL-KETTLE-01', quantity: 1, reason: REASON }, admin);

  // What goes wrong: input that is refused, and a database that says no with the row in its words.
  await api.mutate('order.place', { ...order(), lines: [] }, storefront);
  await api.mutate('order.place', { ...order(), address: { ...order().address, phone: QUOTED } }, storefront);
  await api.query('order.get', { orderNumber: QUOTED }, admin);
  await api.query('order.list', { q: PERSON.phone, buyer: QUOTED }, admin);
  await api.rows(`alter table orders add constraint no_canary check (buyer <> 'buyer-refused')`);
  const refused = await api.mutate('order.place', { ...order(), buyer: 'buyer-refused' }, storefront);
  expect(refused.status).toBe(500);
  await api.rows(`alter table orders drop constraint no_canary`);
  for (let more = true; more; more = (await relayOnce(api.context, OUTBOX)) > 0);
  return (await api.rows<{ public_id: string }>(`select public_id from callbacks order by id`)).map(
    (row) => row.public_id,
  );
}

/** Where a trace of the person is in a text, with what stands around it. */
const tracesIn = (text: string): string[] =>
  TRACES.filter((trace) => text.includes(trace)).map((trace) => {
    const at = text.indexOf(trace);
    return text.slice(Math.max(0, at - 80), at + 40);
  });

describe('P26: a canary passes through everything', () => {
  test('no view tells who it is', async () => {
    const views: [string, unknown][] = [
      ['order.get', { orderNumber }],
      ['order.list', { buyer: 'buyer-canary' }],
      ['order.rebuild', { orderNumber }],
      ['payment.list', { orderNumber }],
      ['refund.list', { orderNumber }],
      ['exception.list', { orderNumber }],
      ['exception.list', { status: 'resolved' }],
      ['callback.list', { limit: 100 }],
      ['audit.list', { limit: 100 }],
      ['inventory.log', { limit: 100 }],
      ['product.list', {}],
      ...callbackIds.flatMap((id): [string, unknown][] => [
        ['callback.get', { id }],
        ['callback.whatIf', { id }],
      ]),
    ];
    for (const [procedure, input] of views) {
      const { status, body } = await api.query(procedure, input, admin);
      expect([procedure, status]).toEqual([procedure, 200]);
      expect([procedure, tracesIn(JSON.stringify(body))]).toEqual([procedure, []]);
    }
    const view = (await api.query('order.get', { orderNumber }, admin)).body.result.data;
    expect(view).toMatchObject({
      buyer: 'buyer-canary',
      address: { contactName: '欧****', phone: '139****8889', district: '崂山区', detail: '***' },
      note: expect.stringContaining('联系欧****，电话139****8889，地址***'),
    });
  });

  test('callbacks show what they said of the order, and hide what they said of the person', async () => {
    const bodies = await Promise.all(
      callbackIds.map(async (id) => (await api.query('callback.get', { id }, admin)).body.result.data),
    );
    const [paid] = bodies;
    const fields = Object.fromEntries(
      paid.fields.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    expect(fields).toMatchObject({
      payer_mobile: '139****8889',
      openid: '***',
      status: 'success',
      sign: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(new URLSearchParams(paid.body).get('transaction_id')).toBe(fields['transaction_id']);
    const haier = bodies.find((callback) => callback.provider === 'haier');
    expect(JSON.parse(new URLSearchParams(haier.body).get('Data')!)).toMatchObject({
      PlatformOrderNo: orderNumber,
      ReceiverName: '欧****',
      ReceiverMobile: '139****8889',
      Address: '***',
    });
  });

  test('no export tells who it is', async () => {
    for (const file of ['orders.csv', 'payments.csv', 'orders.csv?lang=en'])
      expect([file, tracesIn(await (await api.fetch(`/exports/${file}`, { headers: admin })).text())]).toEqual([
        file,
        [],
      ]);
  });

  test('no log line and no metric tells who it is', async () => {
    expect(api.lines.some((line) => line.includes('no_canary'))).toBe(true);
    for (const line of api.lines) expect(['log', tracesIn(line)]).toEqual(['log', []]);
    expect(['metrics', tracesIn(await (await api.fetch('/metrics')).text())]).toEqual(['metrics', []]);
  });

  test('no event tells who it is', async () => {
    const events = await api.rows<{ subject: string; data: object }>(`select subject, data from outbox`);
    expect(events.length).toBeGreaterThan(5);
    expect(['events', tracesIn(JSON.stringify(events))]).toEqual(['events', []]);
  });

  test('the audit keeps who did what, and of the person only what staff wrote as a reason', async () => {
    const rows = await api.rows<{ action: string; detail: any }>(`select action, detail from audit_entries`);
    for (const { action, detail } of rows) {
      const { reason: _reason, note: _note, ...rest } = detail;
      expect([action, tracesIn(JSON.stringify(rest))]).toEqual([action, []]);
    }
  });
});

describe('order.reveal', () => {
  const revealed = () =>
    api.rows<{ actor: string; resource_id: string; detail: object }>(
      `select actor, resource_id, detail from audit_entries where action = 'personal_data_revealed' order by id`,
    );

  test('shows name, phone and address for a purpose, and leaves it in the audit', async () => {
    const { body } = await api.mutate('order.reveal', { orderNumber, purpose: '安装师傅联系' }, admin);
    expect(body.result.data).toEqual({
      contactName: PERSON.contactName,
      phone: PERSON.phone,
      address: `山东省 青岛市 崂山区 ${PERSON.detail}`,
    });
    expect(await revealed()).toEqual([
      { actor: 'staff:admin', resource_id: orderNumber, detail: { purpose: '安装师傅联系' } },
    ]);
  });

  test('refuses without purpose, permission, fresh check or order, and then shows and records nothing', async () => {
    const before = await revealed();
    const ask = async (input: object, headers: { cookie: string } | typeof storefront) =>
      (await api.mutate('order.reveal', input, headers)).body.error.data.errorCode;
    expect(await ask({ orderNumber }, admin)).toBe('BAD_INPUT');
    expect(await ask({ orderNumber, purpose: '  ' }, admin)).toBe('BAD_INPUT');
    expect(await ask({ orderNumber: '404', purpose: 'x' }, admin)).toBe('NOT_FOUND');
    expect(await ask({ orderNumber, purpose: 'x' }, await api.signIn('viewer'))).toBe('NOT_ALLOWED');
    expect(await ask({ orderNumber, purpose: 'x' }, storefront)).toBe('NOT_ALLOWED');
    const stale = await api.signIn('operator');
    api.later(5 * 60_000 + 1_000);
    expect(await ask({ orderNumber, purpose: 'x' }, stale)).toBe('STEP_UP_REQUIRED');
    expect(await revealed()).toEqual(before);
    const renewed = await api.mutate('session.stepUp', { password: PASSWORD }, stale);
    expect((await api.mutate('order.reveal', { orderNumber, purpose: 'x' }, { cookie: renewed.cookie! })).status).toBe(
      200,
    );
    expect(await revealed()).toHaveLength(before.length + 1);
  });
});
