import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { whatIf } from '../src/callbacks/what-if.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

/** Every row of every table, as text; the identity sequences are left out, for they never go back. */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await app.rows<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'orders' and table_type = 'BASE TABLE' order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables)
    all[name] = (await app.rows<{ row: string }>(`select t::text as row from orders.${name} t order by 1`)).map(
      ({ row }) => row,
    );
  return all;
}

/** Asks what if, and makes sure that asking left no trace and woke nobody. */
async function ask(id: string) {
  const before = await everything();
  let woken = 0;
  const answer = await whatIf({ ...app.context, wakeRelay: () => (woken += 1) }, { id });
  expect(await everything()).toEqual(before);
  expect(woken).toBe(0);
  return answer;
}

test('a payment that came too late: money on its way back, a case, and nothing written', async () => {
  const { orderNumber } = await app.place();
  const payment = await app.openPayment(orderNumber);
  await cancelOrder({ ...app.context, permissions: PERMISSIONS }, { orderNumber, reason: '不要了' });
  const callback = { ...paymentCallback(payment, {}, app.now), late: true };
  await app.deliver(callback);

  const answer = await ask(callback.id);
  expect(answer).toMatchObject({
    outcome: 'applied',
    orderNumber,
    changes: true,
    moves: [{ machine: 'payment', subjectId: payment.id, from: 'cancelled', to: 'succeeded', fact: 'money_received' }],
    refunds: [{ amountFen: payment.amountFen, cause: 'late_money' }],
    exceptions: [{ kind: 'money_to_return' }],
    stock: [],
  });
  expect(answer.fields).toContainEqual({
    field: `payment ${payment.id} transactionId`,
    from: '',
    to: `T-${payment.id}`,
  });

  // And that is what a replay does.
  await replayCallback(app.context, { id: callback.id, reason: '已核实' });
  const order = await app.order(orderNumber);
  expect(order.refunds).toMatchObject(answer.refunds);
  expect(order.timeline.slice(-1)).toMatchObject(answer.moves);
  expect(order.exceptions.map(({ kind, detail }) => ({ kind, detail }))).toEqual(
    expect.arrayContaining(answer.exceptions.map(({ kind, detail }) => ({ kind, detail }))),
  );
});

test('a cancel of a paid order: moves of three machines, stock and money', async () => {
  const { orderNumber } = await app.paidOrder({
    lines: [
      { productCode: 'GA0SZC00U', quantity: 1 },
      { productCode: 'LOCAL-KETTLE-01', quantity: 2 },
    ],
  });
  const callback = haierCallback(
    { PlatformOrderNo: orderNumber, State: 1 },
    { method: 'hmm.scm_heorder.cancel', late: true, at: app.now },
  );
  await app.deliver(callback);
  expect(await ask(callback.id)).toMatchObject({
    outcome: 'applied',
    moves: [
      { machine: 'haier', from: 'none', to: 'cancelled' },
      { machine: 'order', from: 'paid', to: 'cancelled' },
    ],
    fields: expect.arrayContaining([
      { field: 'status', from: 'paid', to: 'cancelled' },
      { field: 'haierStatus', from: 'none', to: 'cancelled' },
    ]),
    refunds: [{ amountFen: 319_900, cause: 'order_cancelled' }],
    stock: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }],
  });
});

test('counts of goods are told line by line', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback(
    {
      PlatformOrderNo: orderNumber,
      State: 1,
      itemList: [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, returnQty: 0, rejectQty: 1 }],
    },
    { late: true, at: app.now },
  );
  await app.deliver(callback);
  const { fields } = await ask(callback.id);
  await replayCallback(app.context, { id: callback.id, reason: '已核实' });
  const [line] = (await app.order(orderNumber)).lines;
  expect(Object.fromEntries(fields.map(({ field, to }) => [field, to]))).toMatchObject({
    'line GA0SZC00U receivedQty': String(line!.receivedQty),
    'line GA0SZC00U rejectedQty': String(line!.rejectedQty),
  });
  expect(line).toMatchObject({ receivedQty: 1, rejectedQty: 1 });
});

test('what was applied, and what still contradicts, would change nothing of the order', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.1' }, { at: app.now });
  await app.deliver(callback);
  expect(await ask(callback.id)).toMatchObject({ outcome: 'repeated', changes: false, moves: [], fields: [] });
  const other = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.2' }, { at: app.now });
  await app.deliver(other);
  expect(await ask(other.id)).toMatchObject({ outcome: 'conflict', changes: false, exceptions: [] });
});

test('an orphan says that it has no order; what does not exist or was never verified is refused', async () => {
  const orphan = haierCallback({ PlatformOrderNo: '1888888888000001', State: 1 }, { at: app.now });
  await app.deliver(orphan);
  expect(await ask(orphan.id)).toMatchObject({ outcome: 'orphan', orderNumber: null, changes: false });
  await expect(ask('019ab000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await app.rows(`update callbacks set outcome = 'refused' where public_id = ?`, [orphan.id]);
  await expect(ask(orphan.id)).rejects.toMatchObject({ code: 'REFUSED' });
});
