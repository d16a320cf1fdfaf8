import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haierCallback, ordersOnDatabase } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const CANCEL = { method: 'hmm.scm_heorder.cancel' };
const OOSTOCK = { method: 'hmm.scm_heorder.oostock' };
const exceptionsOf = (orderNumber: string) =>
  app.order(orderNumber).then((order) => order.exceptions.map((exception) => exception.kind));

describe('confirm', () => {
  test('State 1 confirms a paid Haier order and keeps its Haier number; the order status stays (R52)', async () => {
    const { orderNumber } = await app.paidOrder();
    const [outcome] = await app.deliver(
      haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }),
    );
    expect(outcome).toMatchObject({ outcome: 'applied', platformOrderNo: orderNumber });
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      haierStatus: 'confirmed',
      haierOrderNo: `SO.${orderNumber}`,
    });
  });

  test('State 0 fails it with the message apart from the buyer’s note (R53)', async () => {
    const { orderNumber } = await app.paidOrder({ note: '请周末送货' });
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: '0', ExtOrderNo: '', FailMsg: '库存不足' }));
    expect(await app.order(orderNumber)).toMatchObject({
      haierStatus: 'failed',
      haierFailMessage: '库存不足',
      note: '请周末送货',
      haierOrderNo: null,
    });
    expect(await exceptionsOf(orderNumber)).toEqual(['push_failed']);
  });

  test('State 0 after 1 changes nothing and is raised as a conflict', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }));
    const [outcome] = await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: '库存不足' }));
    expect(outcome!.outcome).toBe('conflict');
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'confirmed', haierFailMessage: null });
    expect(await exceptionsOf(orderNumber)).toEqual(['conflicting_callback']);
  });

  test('another Haier number does not overwrite the first', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }));
    const [outcome] = await app.deliver(
      haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.other' }),
    );
    expect(outcome!.outcome).toBe('conflict');
    expect((await app.order(orderNumber)).haierOrderNo).toBe(`SO.${orderNumber}`);
  });

  test.each([
    ['unpaid', () => app.place()],
    ['local', () => app.paidOrder({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] })],
  ])('of an %s order changes nothing: answered with success, raised as a conflict', async (_name, given) => {
    const before = await given();
    const [outcome] = await app.deliver(
      haierCallback({ PlatformOrderNo: before.orderNumber, State: 1, ExtOrderNo: `SO.${before.orderNumber}` }),
    );
    expect(outcome!.outcome).toBe('conflict');
    const after = await app.order(before.orderNumber);
    expect(after).toMatchObject({ status: before.status, haierStatus: 'none', haierOrderNo: null });
    expect(after.exceptions.map((exception) => exception.kind)).toEqual(['conflicting_callback']);
  });

  test('finds the order by its Haier number too, and refuses keys that name two orders', async () => {
    const first = await app.paidOrder();
    const second = await app.paidOrder();
    await app.deliver(
      haierCallback({ PlatformOrderNo: first.orderNumber, State: 1, ExtOrderNo: `SO.${first.orderNumber}` }),
    );
    const [byHaierNo] = await app.deliver(
      haierCallback({ PlatformOrderNo: 'some-old-so-id', State: 1, ExtOrderNo: `SO.${first.orderNumber}` }),
    );
    expect(byHaierNo!.outcome).toBe('repeated');
    const [both] = await app.deliver(
      haierCallback({ PlatformOrderNo: second.orderNumber, State: 1, ExtOrderNo: `SO.${first.orderNumber}` }),
    );
    expect(both!.outcome).toBe('conflict');
    expect((await app.order(second.orderNumber)).haierStatus).toBe('none');
  });
});

describe('repetition', () => {
  test('the same request is answered as the first time and writes nothing (R45)', async () => {
    const { orderNumber } = await app.paidOrder();
    const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` });
    const [first] = await app.deliver(callback);
    app.later(600_000);
    const again = await app.deliver({ ...callback, late: true }, callback);
    expect(again).toEqual([first, first]);
    expect(await app.rows(`select 1 from callbacks where transport_key = ?`, [callback.transportKey])).toHaveLength(1);
  });

  test('the same news with another time stamp is a row of its own and no second effect', async () => {
    const { orderNumber } = await app.paidOrder();
    const data = { PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` };
    await app.deliver(
      haierCallback(data, { at: new Date(1_000_000) }),
      haierCallback(data, { at: new Date(2_000_000) }),
    );
    const { timeline } = await app.order(orderNumber);
    expect(timeline.filter((entry) => entry.machine === 'haier')).toHaveLength(1);
    expect(
      await app.rows<{ outcome: string }>(`select outcome from callbacks where platform_order_no = ? order by id`, [
        orderNumber,
      ]),
    ).toEqual([{ outcome: 'applied' }, { outcome: 'repeated' }]);
  });

  test('50 orders × 20 simultaneous copies: 50 effects, identical answers (R46)', async () => {
    const orders = await Promise.all(Array.from({ length: 50 }, () => app.paidOrder()));
    const copies = orders.flatMap(({ orderNumber }) => {
      const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` });
      return Array.from({ length: 20 }, () => ({ ...callback, id: crypto.randomUUID() }));
    });
    const shuffled = copies.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const batches = Array.from({ length: 25 }, (_, index) => shuffled.slice(index * 40, index * 40 + 40));
    // Batches race on the unique key of copies; what fails is applied one by one, as the consumer does.
    const answers = await Promise.all(
      batches.map(async (batch) => {
        try {
          return await app.deliver(...batch);
        } catch {
          const alone = [];
          for (const callback of batch) alone.push(...(await app.deliver(callback)));
          return alone;
        }
      }),
    );
    const byOrder = Map.groupBy(answers.flat(), (answer) => answer.platformOrderNo!);
    expect(byOrder.size).toBe(50);
    for (const same of byOrder.values()) {
      expect(same).toHaveLength(20);
      expect(new Set(same.map((answer) => JSON.stringify(answer))).size).toBe(1);
    }
    const numbers = orders.map((order) => order.orderNumber);
    const [effects] = await app.rows<{ n: number }>(
      `select count(*)::int as n from state_changes s join orders o on o.id = s.order_id where o.order_number in (?) and s.machine = 'haier'`,
      [numbers],
    );
    expect(effects!.n).toBe(50);
  });
});

describe('cancel', () => {
  test('State 1 cancels the order, releases local stock once and opens the refund', async () => {
    const { orderNumber, payableFen } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }));
    const [outcome] = await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, CANCEL));
    expect(outcome!.outcome).toBe('applied');
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({ status: 'cancelled', haierStatus: 'cancelled' });
    expect(order.refunds).toMatchObject([{ status: 'pending', amountFen: payableFen, cause: 'order_cancelled' }]);
    const [confirm] = await app.deliver(
      haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}`, FailMsg: 'late' }),
    );
    expect(confirm!.outcome).toBe('repeated');
    expect((await app.order(orderNumber)).haierStatus).toBe('cancelled');
  });

  test('State 0 is a refused cancel: message kept, order as it was, staff alerted', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: '已出库' }, CANCEL));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      haierStatus: 'cancel_failed',
      haierFailMessage: '已出库',
    });
    expect(await exceptionsOf(orderNumber)).toEqual(['cancel_refused']);
  });

  const items = (receiveQty: number, returnQty: number, rejectQty: number, totalQty = 2) => [
    { productCode: 'GA0SZC00U', totalQty, receiveQty, returnQty, rejectQty },
  ];

  test('State 2 sets quantities as a snapshot, however often they come, and opens a partial refund (R57)', async () => {
    const { orderNumber } = await app.paidOrder();
    const data = { PlatformOrderNo: orderNumber, State: 2, itemList: JSON.stringify(items(1, 0, 1)) };
    await app.deliver(haierCallback(data, { ...CANCEL, at: new Date(1_000_000) }));
    await app.deliver(haierCallback(data, { ...CANCEL, at: new Date(2_000_000) }));
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({
      status: 'paid',
      haierStatus: 'partially_cancelled',
      lines: [{ receivedQty: 1, returnedQty: 0, rejectedQty: 1 }],
    });
    expect(order.refunds.map((refund) => refund.amountFen)).toEqual([299_900]);

    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 2, itemList: items(1, 1, 1) }, CANCEL));
    expect(await app.order(orderNumber)).toMatchObject({
      lines: [{ receivedQty: 1, returnedQty: 1, rejectedQty: 1 }],
      refunds: [{ amountFen: 299_900 }, { amountFen: 299_900 }],
    });
  });

  test.each([
    ['received + rejected > total', items(2, 0, 1)],
    ['returned > received', items(1, 2, 0)],
    ['total beyond the order', items(1, 0, 0, 3)],
  ])('State 2 with %s is flagged and changes nothing (R58)', async (_name, itemList) => {
    const { orderNumber } = await app.paidOrder();
    const [outcome] = await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 2, itemList }, CANCEL));
    expect(outcome!.outcome).toBe('conflict');
    expect(await app.order(orderNumber)).toMatchObject({
      haierStatus: 'none',
      lines: [{ receivedQty: 0, rejectedQty: 0 }],
      refunds: [],
    });
    expect(await exceptionsOf(orderNumber)).toEqual(['quantity_conflict']);
  });

  test('an unknown product is skipped, the rest applied, and staff warned (R59)', async () => {
    const { orderNumber } = await app.paidOrder();
    const itemList = [
      ...items(1, 0, 1),
      { productCode: 'UNKNOWN', totalQty: 1, receiveQty: 0, returnQty: 0, rejectQty: 1 },
    ];
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 2, itemList }, CANCEL));
    expect(await app.order(orderNumber)).toMatchObject({
      haierStatus: 'partially_cancelled',
      lines: [{ rejectedQty: 1 }],
      exceptions: [{ kind: 'quantity_conflict' }],
    });
  });
});

test('out of stock: State 1 and 0 are told apart, the order status stays, staff decides (R60)', async () => {
  const { orderNumber } = await app.paidOrder();
  await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: 'x' }, OOSTOCK));
  expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', haierStatus: 'out_of_stock_failed' });
  await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, FailMsg: '缺货' }, OOSTOCK));
  expect(await app.order(orderNumber)).toMatchObject({
    status: 'paid',
    haierStatus: 'out_of_stock',
    haierFailMessage: '缺货',
  });
  expect(await exceptionsOf(orderNumber)).toEqual(['out_of_stock']);
});

test('an unknown order is an orphan, and applied once the order is there', async () => {
  const orphan = haierCallback({ PlatformOrderNo: '1999999999000001', State: 1, ExtOrderNo: 'SO.orphan' });
  expect(await app.deliver(orphan)).toMatchObject([{ outcome: 'orphan' }]);
  const { orderNumber } = await app.paidOrder();
  await app.rows(`update orders set order_number = '1999999999000001' where order_number = ?`, [orderNumber]);
  expect(await app.deliver(orphan)).toMatchObject([{ outcome: 'applied' }]);
  expect(await app.order('1999999999000001')).toMatchObject({ haierStatus: 'confirmed' });
});

test.each([
  ['no JSON', 'nonsense', 'malformed'],
  ['a list', '[]', 'malformed'],
  ['no order number', '{"State":1}', 'malformed'],
  ['State true', '{"PlatformOrderNo":"1","State":true}', 'malformed'],
  ['State in lower case', '{"PlatformOrderNo":"1","state":1}', 'malformed'],
  ['State twice in two cases', '{"PlatformOrderNo":"1","State":1,"state":0}', 'malformed'],
  ['an order number with NUL', '{"PlatformOrderNo":"1\\u0000","State":1}', 'malformed'],
])('Data with %s is kept as malformed', async (_name, data, outcome) => {
  const callback = haierCallback(
    { PlatformOrderNo: '1', State: 1 },
    { at: new Date(Math.floor(Math.random() * 1e12)) },
  );
  const body = new URLSearchParams(callback.body);
  body.set('Data', data);
  expect(await app.deliver({ ...callback, body: body.toString() })).toMatchObject([{ outcome }]);
});

test('a late one goes to the late lane and changes nothing', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true });
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'late' }]);
  expect((await app.order(orderNumber)).haierStatus).toBe('none');
});
