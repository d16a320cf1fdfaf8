import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { DomainError } from '../src/errors.ts';
import { adjustPrice } from '../src/orders/adjust-price.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { cancelUnpaidOrders } from '../src/orders/cancel-unpaid.ts';
import { completeOrder } from '../src/orders/complete-order.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { shipOrder } from '../src/orders/ship-order.ts';
import { approveRefund } from '../src/payments/approve-refund.ts';
import { declineRefund } from '../src/payments/decline-refund.ts';
import { payOutRefund } from '../src/payments/pay-out-refund.ts';
import type { PaymentProvider, ProviderAnswer } from '../src/payments/providers/provider.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { retryRefund } from '../src/payments/retry-refund.ts';
import { returnMismatchedMoney } from '../src/payments/return-mismatched-money.ts';
import { settleRefundByHand } from '../src/payments/settle-refund-by-hand.ts';
import { syncPayment } from '../src/payments/sync-payment.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { haierCallback, ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
  app.context.providers.set('mock', provider);
});
afterAll(() => app[Symbol.asyncDispose]());

const log = { info: () => {}, warn: () => {} };
/** The setting as it is now; a life may see it change. */
let twoPersonFromFen: number | undefined;
const acting = () => ({ ...app.context, permissions: PERMISSIONS, twoPersonFromFen });
const rebuild = (orderNumber: string) => rebuildOrder(app.context, { orderNumber });

/** Whether the provider says yes to the next refund; money always came when it is asked about a payment. */
let paysOut = true;
const answered = <T>(value: T): Promise<ProviderAnswer<T>> => Promise.resolve({ outcome: 'answered', value });
const provider: PaymentProvider = {
  name: 'mock',
  prepay: () => answered(null),
  query: ({ paymentId, orderNumber, amountFen }) =>
    answered({
      paymentId,
      orderNumber,
      news: 'succeeded' as const,
      statusText: 'SUCCESS',
      transactionId: `Q-${paymentId}`,
      amountFen,
    }),
  close: () => answered('closed' as const),
  refund: ({ refundNo, amountFen }) =>
    answered({
      refundNo,
      news: paysOut ? ('succeeded' as const) : ('failed' as const),
      statusText: paysOut ? 'SUCCESS' : 'ABNORMAL',
      amountFen,
      providerRefundId: undefined,
    }),
  queryRefund: () => answered('not_found' as const),
};

type Life = { orderNumber: string; payments: PaymentView[] };
type Step = (life: Life, n: number) => Promise<unknown>;

const haier =
  (method: string, State: number, extra: object = {}): Step =>
  ({ orderNumber }, n) =>
    app.deliver(
      haierCallback(
        { PlatformOrderNo: orderNumber, State, FailMsg: String(n), ...extra },
        { method: `hmm.scm_heorder.${method}`, at: app.now },
      ),
    );
const counted = (received: number, returned: number, rejected: number) => ({
  itemList: [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: received, returnQty: returned, rejectQty: rejected }],
});
const pay =
  (which: number, fields: Record<string, string> = {}): Step =>
  async ({ payments }, n) => {
    const payment = payments.at(which);
    if (payment) await app.deliver(paymentCallback(payment, { n: String(n), ...fields }, app.now));
  };

/** Everything that can happen to an order; what is refused is refused, and leaves nothing. */
const STEPS: Record<string, Step> = {
  openGeneric: async (life) => life.payments.push(await app.openPayment(life.orderNumber)),
  openMock: async (life) => life.payments.push(await app.openPayment(life.orderNumber, 'mock')),
  paidFirst: pay(0),
  paidLast: pay(-1),
  paidTwice: (life, n) => pay(0, { transaction_id: `T2-${life.orderNumber}` })(life, n),
  paidWrongly: pay(-1, { amount: '1.00' }),
  payFailed: pay(-1, { status: 'failed' }),
  payClosed: pay(0, { status: 'closed' }),
  payExpired: pay(-1, { status: 'expired' }),
  asked: async ({ payments }) => {
    const payment = payments.findLast(({ method }) => method === 'mock');
    if (payment) await syncPayment(app.context, { id: payment.id });
  },
  adjustPrice: ({ orderNumber }, n) => adjustPrice(acting(), { orderNumber, payableFen: 500_000 + n, reason: '优惠' }),
  confirmed: haier('confirm', 1),
  numbered: ({ orderNumber }, n) =>
    haier('confirm', 1, { ExtOrderNo: `SO.${orderNumber}` })({ orderNumber, payments: [] }, n),
  rejected: haier('confirm', 0),
  counted: haier('confirm', 1, counted(1, 0, 1)),
  outOfStock: haier('oostock', 1),
  cancelAgreed: haier('cancel', 1),
  cancelRefused: haier('cancel', 0),
  cancelledInPart: haier('cancel', 2, counted(1, 0, 1)),
  returnedMore: haier('cancel', 2, counted(1, 1, 1)),
  ship: ({ orderNumber }) => shipOrder(acting(), { orderNumber }),
  complete: ({ orderNumber }) => completeOrder(acting(), { orderNumber }),
  cancel: ({ orderNumber }) => cancelOrder(acting(), { orderNumber, reason: '不要了' }),
  refundPart: ({ orderNumber }, n) => requestRefund(acting(), { orderNumber, amountFen: 100 + n, reason: '补偿' }),
  refundAll: ({ orderNumber }) => requestRefund(acting(), { orderNumber, reason: '退货' }),
  twoPeople: async () => {
    twoPersonFromFen = 100;
  },
  approve: async ({ orderNumber }) => {
    const { refunds } = await app.order(orderNumber);
    for (const { id } of refunds.filter(({ approval }) => approval?.awaited))
      await approveRefund({ ...app.context, by: 'staff:second' }, { id });
  },
  decline: async ({ orderNumber }) => {
    const { refunds } = await app.order(orderNumber);
    for (const { id } of refunds.filter(({ approval }) => approval?.awaited))
      await declineRefund({ ...app.context, by: 'staff:second' }, { id, reason: '不同意' });
  },
  withdraw: ({ orderNumber }) => withdrawRefund(acting(), { orderNumber, reason: '不退了' }),
  payOut: async () => {
    paysOut = true;
    await payOutRefund({ ...app.context, log });
  },
  payOutFails: async () => {
    paysOut = false;
    await payOutRefund({ ...app.context, log });
  },
  retryRefund: async ({ orderNumber }) => {
    for (const { id } of (await app.order(orderNumber)).refunds) await retryRefund(app.context, { id });
  },
  settleByHand: async ({ orderNumber }) => {
    for (const { id } of (await app.order(orderNumber)).refunds)
      await settleRefundByHand(app.context, { id, reason: '已转账' });
  },
  returnMismatch: async ({ orderNumber }) => {
    const [row] = await app.rows<{ id: string }>(
      `select public_id as id from callbacks where platform_order_no = ? or order_id = (select id from orders where order_number = ?) and outcome = 'amount_mismatch' order by id`,
      [orderNumber, orderNumber],
    );
    if (row) await returnMismatchedMoney(acting(), { callbackId: row.id, reason: '退回' });
  },
  replayConflicts: async ({ orderNumber }) => {
    const rows = await app.rows<{ id: string }>(
      `select c.public_id as id from callbacks c join orders o on o.id = c.order_id where o.order_number = ? and c.outcome = 'conflict'`,
      [orderNumber],
    );
    for (const { id } of rows) await replayCallback(app.context, { id, reason: '再试' });
  },
  windowCloses: async () => {
    app.later(PAYMENT_TIMEOUT_MS + 1_000);
    for await (const _ of cancelUnpaidOrders({ ...app.context, providers: new Map() }));
  },
  aWhile: async () => app.later(61_000),
};

async function live(steps: readonly string[]): Promise<Life> {
  const { orderNumber } = await app.place({
    lines: [
      { productCode: 'GA0SZC00U', quantity: 2 },
      { productCode: 'LOCAL-KETTLE-01', quantity: 1 },
    ],
  });
  const life: Life = { orderNumber, payments: [] };
  twoPersonFromFen = undefined;
  for (const [n, step] of steps.entries()) {
    try {
      await STEPS[step]!(life, n);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return life;
}

/** Every row of every table but what a sequence counts, as one hash. */
async function everything(): Promise<unknown> {
  const tables = await app.rows<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'orders' and table_type = 'BASE TABLE' order by 1`,
  );
  const all: unknown[] = [];
  for (const { name } of tables)
    all.push([
      name,
      await app.rows(`select count(*), md5(string_agg(t::text, '|' order by t::text)) from orders.${name} t`),
    ]);
  return all;
}

test('after any legal life the rebuilt order is the stored one, and rebuilding writes nothing', async () => {
  let longest = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 4, maxLength: 14 }),
      // Half of all lives begin paid, so that what comes after is seen often enough.
      fc.boolean(),
      async (steps, paid) => {
        const life = await live(paid ? ['openGeneric', 'paidFirst', ...steps] : steps);
        const before = await everything();
        const result = await rebuild(life.orderNumber);
        expect(result.differences).toEqual([]);
        expect(await everything()).toEqual(before);
        longest = Math.max(longest, result.facts);
      },
    ),
    { numRuns: 40 },
  );
  expect(longest).toBeGreaterThan(4);
}, 180_000);

test.each([
  ['a late payment', ['openGeneric', 'windowCloses', 'paidFirst', 'payOut']],
  ['money learned by asking', ['openMock', 'asked', 'ship', 'refundPart', 'payOut']],
  ['money learned by asking too late', ['openMock', 'windowCloses', 'asked', 'payOut']],
  ['paid twice', ['openGeneric', 'paidFirst', 'paidTwice', 'payOut', 'payOut']],
  ['another price, then paid', ['openGeneric', 'adjustPrice', 'paidFirst', 'openGeneric', 'paidLast', 'numbered']],
  [
    'a refund withdrawn and asked for again',
    ['openMock', 'paidLast', 'refundPart', 'withdraw', 'refundAll', 'payOut', 'payOut'],
  ],
  [
    'a refund that fails and is settled by hand',
    ['openMock', 'paidLast', 'cancel', 'payOutFails', 'retryRefund', 'payOutFails', 'settleByHand'],
  ],
  [
    'goods refused in part, then in whole',
    ['openGeneric', 'paidFirst', 'confirmed', 'cancelledInPart', 'returnedMore', 'cancelAgreed'],
  ],
  [
    'a cancel asked for, refused, asked for again',
    ['openGeneric', 'paidFirst', 'confirmed', 'cancel', 'cancelRefused', 'cancel', 'cancelAgreed', 'payOutFails'],
  ],
  ['a large refund approved', ['twoPeople', 'openMock', 'paidLast', 'refundAll', 'payOut', 'approve', 'payOut']],
  ['a large refund declined', ['openMock', 'paidLast', 'twoPeople', 'refundAll', 'decline', 'refundPart', 'approve']],
  ['a large refund of a cancelled order', ['openMock', 'paidLast', 'twoPeople', 'cancel', 'approve', 'payOut']],
  ['a large refund that nobody approved yet', ['openMock', 'paidLast', 'twoPeople', 'ship', 'refundAll', 'payOut']],
  [
    'money of another amount, declined and asked for again',
    ['openGeneric', 'paidWrongly', 'twoPeople', 'returnMismatch', 'decline', 'returnMismatch', 'approve'],
  ],
  ['money of another amount', ['openGeneric', 'paidWrongly', 'returnMismatch', 'paidFirst', 'cancel']],
])('%s', async (_, steps) => {
  const { orderNumber } = await live(steps);
  expect(await rebuild(orderNumber)).toMatchObject({ orderNumber, matches: true, differences: [] });
});

test('a row changed behind our back is named, with what it was and what it should be', async () => {
  const { orderNumber, payments } = await live([
    'openGeneric',
    'paidFirst',
    'numbered',
    'counted',
    'aWhile',
    'refundPart',
  ]);
  const id = payments[0]!.id;
  const key = `${id}:refund_requested:2`;
  const tampered: [string, string, string][] = [
    [`update orders set status = 'completed' where order_number = ?`, 'status', 'completed'],
    [`update orders set haier_status = 'none' where order_number = ?`, 'haierStatus', 'none'],
    [`update orders set haier_order_no = 'SO.forged' where order_number = ?`, 'haierOrderNo', 'SO.forged'],
    [`update orders set payable_fen = 1 where order_number = ?`, 'payableFen', '1'],
    [`update payments set status = 'failed' where ${ofOrder}`, `payment ${id} status`, 'failed'],
    [`update payments set amount_fen = 7 where ${ofOrder}`, `payment ${id} amountFen`, '7'],
    [`update payments set transaction_id = 'X' where ${ofOrder}`, `payment ${id} transactionId`, 'X'],
    [`update refunds set status = 'succeeded' where ${ofOrder}`, `refund ${key} status`, 'succeeded'],
    [`update refunds set amount_fen = 9 where ${ofOrder}`, `refund ${key} amountFen`, '9'],
    [`delete from refunds where ${ofOrder}`, `refund ${key.replace('refund_requested', 'order_cancelled')} status`, ''],
    [
      `insert into refunds (public_id, order_id, payment_id, status, amount_fen, idempotency_key, refund_no, cause, reason, reason_en, created_at, updated_at)
       select gen_random_uuid(), order_id, id, 'pending', 5, 'forged', 'forged', 'forged', '-', '-', now(), now() from payments where ${ofOrder}`,
      'refund forged status',
      'pending',
    ],
    [
      `update order_lines set rejected_qty = 2 where product_code = 'GA0SZC00U' and ${ofOrder}`,
      'line GA0SZC00U rejectedQty',
      '2',
    ],
  ];
  for (const [sql, field, stored] of tampered) {
    await app.rows(sql, [orderNumber]);
    const result = await rebuild(orderNumber);
    expect(result.matches).toBe(false);
    expect(result.differences).toContainEqual({ field, stored, rebuilt: expect.any(String) });
    expect(result.differences.find((entry) => entry.field === field)!.rebuilt).not.toBe(stored);
  }
});
const ofOrder = `order_id = (select id from orders where order_number = ?)`;

test('an order that does not exist is not found', async () => {
  await expect(rebuild('1000000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
