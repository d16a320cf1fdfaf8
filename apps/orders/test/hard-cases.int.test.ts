import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countFailure } from '../src/callbacks/park-callback.ts';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const CANCEL = { method: 'hmm.scm_heorder.cancel' };
const items = (receiveQty: number, rejectQty: number) => [
  { productCode: 'GA0SZC00U', totalQty: 2, receiveQty, returnQty: 0, rejectQty },
];
const outcomeOf = async (key: string) =>
  (await app.rows<{ outcome: string }>(`select outcome from callbacks where transport_key = ?`, [key]))[0]?.outcome;

describe('parking', () => {
  const failEightTimes = async (callback: ReturnType<typeof haierCallback>) => {
    let last;
    for (let n = 0; n < 8; n += 1) last = await countFailure(app.context, callback, new Error('boom'));
    return last;
  };

  test('a callback can be parked again, and an orphan too; what was applied stays applied', async () => {
    const { orderNumber } = await app.paidOrder();
    const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1 });
    expect(await failEightTimes(callback)).toMatchObject({
      attempts: 8,
      parked: { outcome: 'parked', platformOrderNo: orderNumber },
    });
    expect(await failEightTimes(callback)).toMatchObject({ attempts: 8, parked: { outcome: 'parked' } });
    expect(await app.deliver(callback)).toMatchObject([{ outcome: 'applied', platformOrderNo: orderNumber }]);
    await failEightTimes(callback);
    expect(await outcomeOf(callback.transportKey)).toBe('applied');

    const orphan = haierCallback({ PlatformOrderNo: '1999999999000009', State: 1 });
    await app.deliver(orphan);
    await failEightTimes(orphan);
    expect(await outcomeOf(orphan.transportKey)).toBe('parked');
  });
});

test('a repetition does not turn an orphan into a late one', async () => {
  const orphan = haierCallback({ PlatformOrderNo: '1999999999000010', State: 1 });
  await app.deliver(orphan);
  expect(await app.deliver({ ...orphan, late: true })).toMatchObject([{ outcome: 'orphan' }]);
  const { orderNumber } = await app.paidOrder();
  await app.rows(`update orders set order_number = '1999999999000010' where order_number = ?`, [orderNumber]);
  expect(await app.deliver({ ...orphan, late: true })).toMatchObject([{ outcome: 'applied' }]);
});

test('a transaction number learnt late cannot be that of another payment', async () => {
  const one = await app.openPayment((await app.place()).orderNumber);
  const two = await app.openPayment((await app.place()).orderNumber);
  await app.deliver(paymentCallback(one, { transaction_id: '' }, app.now));
  await app.deliver(paymentCallback(two, { transaction_id: 'T-late' }, app.now));
  expect(await app.deliver(paymentCallback(one, { transaction_id: 'T-late' }, app.now))).toMatchObject([
    { outcome: 'conflict' },
  ]);
  expect((await app.order(one.orderNumber)).exceptions).toMatchObject([{ kind: 'transaction_reused' }]);
});

describe('a contradiction moves nothing', () => {
  test('counts that come after the final cancel are taken as counts: no state, no money moves', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, CANCEL));
    expect(
      await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 2, itemList: items(1, 1) }, CANCEL)),
    ).toMatchObject([{ outcome: 'conflict' }]);
    expect(await app.order(orderNumber)).toMatchObject({
      haierStatus: 'cancelled',
      lines: [{ receivedQty: 1, rejectedQty: 1 }],
      refunds: [{ cause: 'order_cancelled' }],
    });
  });

  test('no Haier number from a refused State 0', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, ExtOrderNo: 'SO.wrong' }));
    expect((await app.order(orderNumber)).haierOrderNo).toBeNull();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.right' }));
    expect((await app.order(orderNumber)).haierOrderNo).toBe('SO.right');
  });
});

test('an older count that arrives later changes nothing', async () => {
  const { orderNumber } = await app.paidOrder();
  const counted = (minute: number, itemList: object[]) =>
    haierCallback(
      { PlatformOrderNo: orderNumber, State: 2, itemList },
      { ...CANCEL, at: new Date(Date.UTC(2026, 10, 20, 2, minute)) },
    );
  await app.deliver(counted(10, items(0, 2)));
  await app.deliver(counted(5, items(1, 1)));
  expect(await app.order(orderNumber)).toMatchObject({ lines: [{ receivedQty: 0, rejectedQty: 2 }] });
});

test('one Haier number for two orders is a conflict, in one batch as in two', async () => {
  const [a, b] = [await app.paidOrder(), await app.paidOrder()];
  const outcomes = await app.deliver(
    haierCallback({ PlatformOrderNo: a.orderNumber, State: 1, ExtOrderNo: 'SO.shared' }),
    haierCallback({ PlatformOrderNo: b.orderNumber, State: 1, ExtOrderNo: 'SO.shared' }),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'conflict']);
});

test('a cancel that finds its order by the Haier number given in the same batch returns the money', async () => {
  const lines = [
    { productCode: 'GA0SZC00U', quantity: 1 },
    { productCode: 'LOCAL-KETTLE-01', quantity: 1 },
  ];
  const { orderNumber, payableFen } = await app.paidOrder({ lines });
  const ExtOrderNo = `SO.${orderNumber}`;
  const outcomes = await app.deliver(
    haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo }),
    haierCallback({ PlatformOrderNo: `${orderNumber}-77`, State: 1, ExtOrderNo }, CANCEL),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
  expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', refunds: [{ amountFen: payableFen }] });
  expect(
    await app.rows(
      `select 1 from order_lines where held_qty > 0 and order_id = (select id from orders where order_number = ?)`,
      [orderNumber],
    ),
  ).toEqual([]);
});

describe('replay', () => {
  test('of an older applied count does not bring it back; a count may return to what it was', async () => {
    const { orderNumber } = await app.paidOrder();
    const counted = (minute: number, itemList: object[]) =>
      haierCallback(
        { PlatformOrderNo: orderNumber, State: 2, itemList },
        { ...CANCEL, at: new Date(Date.UTC(2026, 10, 20, 2, minute)) },
      );
    const first = counted(1, items(1, 1));
    const second = counted(2, items(0, 2));
    await app.deliver(first);
    await app.deliver(second);
    await replayCallback(app.context, { id: first.id });
    expect(await app.order(orderNumber)).toMatchObject({ lines: [{ receivedQty: 0, rejectedQty: 2 }] });
    await app.deliver(counted(3, items(1, 1)));
    for (const { id } of [first, second]) await replayCallback(app.context, { id });
    expect(await app.order(orderNumber)).toMatchObject({ lines: [{ receivedQty: 1, rejectedQty: 1 }] });
  });

  test('twice at the same time applies once', async () => {
    const { orderNumber } = await app.paidOrder();
    const late = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true });
    await app.deliver(late);
    await Promise.all([1, 2, 3].map(() => replayCallback(app.context, { id: late.id, reason: '核实' })));
    expect(await outcomeOf(late.transportKey)).toBe('applied');
    expect((await app.order(orderNumber)).timeline.filter((entry) => entry.machine === 'haier')).toHaveLength(1);
  });
});

test('releases of many orders in one batch and new orders do not lock crosswise', { timeout: 60_000 }, async () => {
  await app.rows(
    `insert into products (product_code, name, source, price_fen, stock) select 'L-' || n, 'x', 'local', 100, 100000 from generate_series(1, 6) n`,
  );
  const codes = ['L-1', 'L-2', 'L-3', 'L-4', 'L-5', 'L-6'];
  const some = (n: number) => ({
    lines: [codes[n % 6]!, codes[(n * 5 + 1) % 6]!]
      .filter((code, index, all) => all.indexOf(code) === index)
      .map((productCode) => ({ productCode, quantity: 1 })),
  });
  const expiring: ReturnType<typeof paymentCallback>[] = [];
  for (let n = 0; n < 60; n += 1)
    expiring.push(
      paymentCallback(await app.openPayment((await app.place(some(n))).orderNumber), { status: 'expired' }, app.now),
    );
  const batches = [0, 1, 2, 3].map((part) =>
    app.deliver(...expiring.filter((_, index) => index % 4 === part).toReversed()),
  );
  const placing = Array.from({ length: 60 }, (_, n) => app.place(some(n + 3)));
  await Promise.all([...batches, ...placing]);
  const [held] = await app.rows<{ held: number; stock: number }>(
    `select (select sum(held_qty)::int from order_lines where product_code like 'L-%') as held, (select sum(stock)::int from products where product_code like 'L-%') as stock`,
  );
  expect(held!.held + held!.stock).toBe(600_000);
});
