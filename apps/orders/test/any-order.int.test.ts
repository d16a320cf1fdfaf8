import { AMENDMENT_FACTS, type OrderView, type PaymentView } from '@orderbridge/contracts/orders-api';
import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { haierTransitions } from '@orderbridge/state-machine/haier-transitions';
import { orderTransitions } from '@orderbridge/state-machine/order-transitions';
import { paymentTransitions } from '@orderbridge/state-machine/payment-transitions';
import { refundTransitions } from '@orderbridge/state-machine/refund-transitions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from '../src/errors.ts';
import { adjustPrice } from '../src/orders/adjust-price.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { cancelUnpaidOrders } from '../src/orders/cancel-unpaid.ts';
import { completeOrder } from '../src/orders/complete-order.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { shipOrder } from '../src/orders/ship-order.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';
import { payOut, scriptedProvider, type Step as ProviderStep } from './_refunds.ts';

const RUNS = 200;
const LINES = [
  { productCode: 'GA0SZC00U', quantity: 2 },
  { productCode: 'LOCAL-KETTLE-01', quantity: 3 },
];
const UNIT_FEN = 10_000;

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
  await app.rows(`update products set stock = 1000000`);
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** One thing that happens to an order; `n` picks which of several payments, units or amounts. */
type Happening = { readonly what: (typeof HAPPENINGS)[number]; readonly n: number; readonly copies: number };
const HAPPENINGS = [
  'open payment',
  'pay',
  'pay',
  'pay again under another transaction',
  'payment failed',
  'payment closed',
  'payment expired',
  'confirm',
  'reject',
  'out of stock',
  'cancel agreed',
  'cancel refused',
  'cancelled in part',
  'staff cancel',
  'staff ship',
  'staff complete',
  'staff refund',
  'staff part refund',
  'staff withdraw',
  'staff price',
  'time passes',
  'timer',
  'pay out',
] as const;

const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({ what: fc.constantFrom(...HAPPENINGS), n: fc.nat(5), copies: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, maxLength: 12 },
);
/** How far an order has come before things happen to it; most of what matters happens to paid ones. */
const preludes: fc.Arbitrary<Happening[]> = fc
  .constantFrom<Happening['what'][]>([], ['open payment'], ['open payment', 'pay'], ['open payment', 'pay', 'confirm'])
  .map((steps) => steps.map((what) => ({ what, n: 0, copies: 1 })));
const providerSteps: fc.Arbitrary<ProviderStep[]> = fc.array(
  fc.constantFrom<ProviderStep>('pay', 'accept', 'fail', 'refuse', 'not_sent', 'lose', 'drop'),
  { maxLength: 6 },
);

describe('whatever happens to an order, in whatever order, with repetitions', () => {
  test(`${RUNS} random lives: legal moves only, money balances to the fen, stock comes back at most once`, async () => {
    let movesSeen = 0;
    // One for all lives: the job takes up whatever is due, also what an earlier life left behind.
    const provider = scriptedProvider();
    await fc.assert(
      fc.asyncProperty(preludes, happenings, providerSteps, async (prelude, life, steps) => {
        const { orderNumber } = await app.place({ lines: LINES });
        provider.script.push(...steps);
        for (const happening of [...prelude, ...life]) await happen(orderNumber, happening, provider);
        movesSeen += await checkMoves(orderNumber);
        await checkMoney(orderNumber);
        await checkStock(orderNumber);
        const { differences } = await rebuildOrder(app.context, { orderNumber });
        expect(differences).toEqual([]);
      }),
      { numRuns: RUNS, seed: 20_261_121, endOnFailure: true },
    );
    // A test whose lives never leave the first state would prove nothing.
    expect(movesSeen).toBeGreaterThan(RUNS * 2);
    await settleEverything(provider);
  });

  test('the same facts in any order, any number of times, end the same', async () => {
    const facts = fc.uniqueArray(fc.integer({ min: 0, max: FACTS.length - 1 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(facts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async (chosen, random) => {
        const inOrder = await lifeOf(chosen.toSorted((a, b) => a - b));
        const shuffled = [...chosen, ...chosen]
          .map((fact) => ({ fact, at: random.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ fact }) => fact);
        expect(await lifeOf(shuffled)).toEqual(inOrder);
      }),
      { numRuns: RUNS / 2, seed: 20_261_121, endOnFailure: true },
    );
  });
});

/** What the platform and the bank may say of one paid order; quantities only grow with time, as goods do. */
const FACTS: readonly ((orderNumber: string, payment: PaymentView) => CallbackEnvelope)[] = [
  (PlatformOrderNo) => haierCallback({ PlatformOrderNo, State: 0, FailMsg: '库存校验失败' }, { at: app.now }),
  (PlatformOrderNo) =>
    haierCallback({ PlatformOrderNo, State: 1, ExtOrderNo: `SO.${PlatformOrderNo}` }, { at: app.now }),
  (PlatformOrderNo) => haierCallback({ PlatformOrderNo, State: 0 }, { method: OUT_OF_STOCK, at: app.now }),
  (PlatformOrderNo) => haierCallback({ PlatformOrderNo, State: 1 }, { method: OUT_OF_STOCK, at: app.now }),
  (PlatformOrderNo) => haierCallback({ PlatformOrderNo, State: 0 }, { method: CANCEL, at: app.now }),
  (PlatformOrderNo) => partly(PlatformOrderNo, 1, 10_000),
  (PlatformOrderNo) => partly(PlatformOrderNo, 2, 20_000),
  (PlatformOrderNo) => haierCallback({ PlatformOrderNo, State: 1 }, { method: CANCEL, at: app.now }),
  (_orderNumber, payment) => paymentCallback(payment, {}, app.now),
  (_orderNumber, payment) => paymentCallback(payment, { status: 'processing' }, app.now),
];
const CANCEL = 'hmm.scm_heorder.cancel';
const OUT_OF_STOCK = 'hmm.scm_heorder.oostock';

const partly = (PlatformOrderNo: string, rejectQty: number, afterMs: number) =>
  haierCallback(
    {
      PlatformOrderNo,
      State: 2,
      itemList: [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 0, returnQty: 0, rejectQty }],
    },
    { method: CANCEL, at: new Date(app.now.getTime() + afterMs) },
  );

/** Where a paid order ends after these facts, without what names or dates this one order. */
async function lifeOf(facts: readonly number[]) {
  const { orderNumber } = await app.place({ lines: LINES });
  const payment = await app.openPayment(orderNumber);
  await app.deliver(paymentCallback(payment, {}, app.now));
  for (const fact of facts) await app.deliver(FACTS[fact]!(orderNumber, payment));
  await checkMoves(orderNumber);
  await checkStock(orderNumber);
  const order = await app.order(orderNumber);
  const refundedFen = order.refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);
  return {
    status: order.status,
    haierStatus: order.haierStatus,
    hasHaierNumber: order.haierOrderNo !== null,
    payment: order.payments.map(({ status }) => status),
    rejected: order.lines.map(({ rejectedQty }) => rejectedQty),
    refundedFen,
  };
}

async function happen(
  orderNumber: string,
  { what, n, copies }: Happening,
  provider: ReturnType<typeof scriptedProvider>,
): Promise<void> {
  const staff = { ...app.context, permissions: [] };
  const { payments } = await app.order(orderNumber);
  const payment = payments[n % Math.max(payments.length, 1)];
  const tell = async (callback: CallbackEnvelope | undefined) => {
    if (callback) await app.deliver(...Array.from({ length: copies }, () => callback));
  };
  const pay = (fields: Record<string, string>) => payment && paymentCallback(payment, fields, app.now);
  const platform = (State: number, method: string, FailMsg?: string) =>
    haierCallback({ PlatformOrderNo: orderNumber, State, ...(FailMsg && { FailMsg }) }, { method, at: app.now });
  switch (what) {
    case 'open payment':
      return tried(() => app.openPayment(orderNumber, n % 2 === 0 ? 'generic' : 'mock'));
    case 'pay':
      return tell(pay({}));
    case 'pay again under another transaction':
      return tell(pay({ transaction_id: `T2-${payment?.id}` }));
    case 'payment failed':
      return tell(pay({ status: 'failed' }));
    case 'payment closed':
      return tell(pay({ status: 'closed' }));
    case 'payment expired':
      return tell(pay({ status: 'expired' }));
    case 'confirm':
      return tell(platform(1, 'hmm.scm_heorder.confirm'));
    case 'reject':
      return tell(platform(0, 'hmm.scm_heorder.confirm', '拒单'));
    case 'out of stock':
      return tell(platform(1, OUT_OF_STOCK));
    case 'cancel agreed':
      return tell(platform(1, CANCEL));
    case 'cancel refused':
      return tell(platform(0, CANCEL));
    case 'cancelled in part':
      return tell(partly(orderNumber, 1 + (n % 2), n * 1_000));
    case 'staff cancel':
      return tried(() =>
        cancelOrder({ ...staff, permissions: ['orders.cancel'] }, { orderNumber, reason: '测试取消' }),
      );
    case 'staff ship':
      return tried(() => shipOrder(staff, { orderNumber }));
    case 'staff complete':
      return tried(() => completeOrder({ ...staff, permissions: ['orders.complete'] }, { orderNumber }));
    case 'staff refund':
      return tried(() => requestRefund(staff, { orderNumber, reason: '测试退款' }));
    case 'staff part refund':
      return tried(() => requestRefund(staff, { orderNumber, reason: '测试部分退款', amountFen: 1 + n * 777 }));
    case 'staff withdraw':
      return tried(() => withdrawRefund(staff, { orderNumber, reason: '测试撤回' }));
    case 'staff price':
      return tried(() => adjustPrice(staff, { orderNumber, payableFen: UNIT_FEN + n, reason: '测试改价' }));
    case 'time passes':
      app.later((n + 1) * 7 * 60_000);
      return;
    case 'timer': {
      const runs = cancelUnpaidOrders({ ...app.context, providers: new Map() }, {});
      for await (const run of runs) void run;
      return;
    }
    case 'pay out':
      await payOut(app, provider);
  }
}

/** A verb may be refused; anything else that goes wrong is a failure of the test. */
async function tried(verb: () => Promise<unknown>): Promise<void> {
  try {
    await verb();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

const TABLES: Record<string, Record<string, Record<string, { to: string }>>> = {
  order: orderTransitions,
  payment: paymentTransitions,
  refund: refundTransitions,
  haier: haierTransitions,
};

/** Every recorded move is in its table, and each subject's moves join up to where it stands now. */
async function checkMoves(orderNumber: string): Promise<number> {
  const order = await app.order(orderNumber);
  const stands = new Map<string, string>();
  const moves = order.timeline.filter(({ fact }) => !AMENDMENTS.has(fact));
  for (const { machine, subjectId, from, to, fact } of moves) {
    expect([machine, from, fact, TABLES[machine]![from]![fact]?.to]).toEqual([machine, from, fact, to]);
    const subject = `${machine}:${subjectId}`;
    expect([subject, from]).toEqual([subject, stands.get(subject) ?? INITIAL[machine]]);
    stands.set(subject, to);
  }
  expect(order.status).toBe(stands.get('order:null') ?? 'pending');
  expect(order.haierStatus).toBe(stands.get('haier:null') ?? 'none');
  for (const { id, status } of order.payments) expect(status).toBe(stands.get(`payment:${id}`) ?? 'init');
  for (const { id, status } of order.refunds) expect(status).toBe(stands.get(`refund:${id}`) ?? 'pending');
  return moves.length;
}
/** What changes an order without moving it. */
const AMENDMENTS: ReadonlySet<string> = new Set(AMENDMENT_FACTS);
const INITIAL = { order: 'pending', payment: 'init', refund: 'pending', haier: 'none' } as const;

/** Every fen that came is kept by an order that it paid for, or it is on its way back, and never more than once. */
async function checkMoney(orderNumber: string): Promise<void> {
  const order = await app.order(orderNumber);
  const [received] = await app.rows<{ fen: string }>(
    `select coalesce(sum(p.amount_fen), 0) as fen
       from payments p join orders o on o.id = p.order_id where o.order_number = ? and p.paid_at is not null`,
    [orderNumber],
  );
  const live = order.refunds.filter(({ withdrawnAt }) => withdrawnAt === null);
  const twiceFen = sumOf(live.filter(({ cause }) => cause === 'paid_twice'));
  const receivedFen = Number(received!.fen) + twiceFen;
  const backFen = sumOf(live);
  const keptFen = receivedFen - backFen;
  expect(keptFen).toBeGreaterThanOrEqual(0);
  if (order.status === 'pending' || order.status === 'cancelled') expect(keptFen).toBe(0);
  else expect(keptFen).toBeLessThanOrEqual(order.payableFen);
  if (['paid', 'shipped', 'completed'].includes(order.status) && !hasPartRefund(live)) {
    expect(keptFen).toBe(order.payableFen);
  }

  const succeededFen = sumOf(order.refunds.filter(({ status }) => status === 'succeeded'));
  expect(succeededFen).toBe(order.refundedFen);
}

/** Once every open call has come to its end, what the provider paid out is what our books say it paid out. */
async function settleEverything(provider: ReturnType<typeof scriptedProvider>): Promise<void> {
  provider.script.length = 0;
  for (let round = 0; round < 20; round += 1) {
    app.later(7 * 3_600_000);
    await payOut(app, provider);
    for (const { refundNo } of provider.sent)
      if (provider.stands(refundNo) === 'processing') provider.end(refundNo, 'succeeded');
  }
  const [open] = await app.rows<{ n: number }>(
    `select count(*)::int as n from refunds where status in ('pending', 'processing') and withdrawn_at is null`,
  );
  expect(open!.n).toBe(0);
  const [booked] = await app.rows<{ fen: string }>(
    `select coalesce(sum(r.amount_fen), 0) as fen from refunds r where r.status = 'succeeded'`,
  );
  expect(provider.paidOutFen()).toBeGreaterThan(0);
  expect(Number(booked!.fen)).toBe(provider.paidOutFen());
}
const sumOf = (refunds: OrderView['refunds']) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);
const hasPartRefund = (refunds: OrderView['refunds']) =>
  refunds.some(({ cause }) => cause === 'partial_cancel' || cause === 'refund_requested');

/** Local stock was taken once and came back at most once; Haier goods never moved it. */
async function checkStock(orderNumber: string): Promise<void> {
  const changes = await app.rows<{
    product_code: string;
    taken: number;
    given: number;
    releases: number;
    held: number;
  }>(
    `select l.product_code,
            coalesce(sum(-i.quantity) filter (where i.change_type = 'lock'), 0)::int as taken,
            coalesce(sum(i.quantity) filter (where i.change_type = 'release'), 0)::int as given,
            count(*) filter (where i.change_type = 'release')::int as releases,
            l.held_qty as held
       from order_lines l join orders o on o.id = l.order_id
       left join inventory_log i on i.order_id = o.id and i.product_id = l.product_id
      where o.order_number = ? group by l.id order by l.id`,
    [orderNumber],
  );
  const [haier, local] = changes;
  expect(haier).toMatchObject({ taken: 0, given: 0, held: 0 });
  expect(local!.taken).toBe(3);
  expect(local!.releases).toBeLessThanOrEqual(1);
  expect(local!.given + local!.held).toBe(3);
  const [{ status }] = (await app.rows<{ status: string }>(`select status from orders where order_number = ?`, [
    orderNumber,
  ])) as [{ status: string }];
  if (status === 'cancelled' || status === 'refunded') expect(local!.given).toBe(3);
}
