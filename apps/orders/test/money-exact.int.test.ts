import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjustPrice } from '../src/orders/adjust-price.ts';
import { ordersOnDatabase, paymentCallback } from './_orders.ts';

const ORDERS = 200;
const WRONG_EACH = 50;
const BATCH = 200;
const PRODUCTS = 30;

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
  // Prices from a fen to ten million yuan, most of them no round sums.
  await app.rows(
    `insert into products (product_code, name, source, price_fen, stock)
     select 'P-' || n, 'P-' || n, case when n % 2 = 0 then 'haier' else 'local' end,
            case when n % 10 = 0 then n else (n::bigint * n * n * 37037 + n) % 1000000000 end, 1000000
       from generate_series(1, ?) as n`,
    [PRODUCTS],
  );
});
afterAll(() => app?.[Symbol.asyncDispose]());

const baskets = fc.uniqueArray(
  fc.record({ product: fc.integer({ min: 1, max: PRODUCTS }), quantity: fc.integer({ min: 1, max: 999 }) }),
  { minLength: 1, maxLength: 8, selector: ({ product }) => product },
);
const newPrices = fc.option(fc.integer({ min: 1, max: 10_000_000_000 }), { freq: 3 });

/** Differences in fen that a callback may be off by: mostly one, to both sides. */
const differences = fc.array(
  fc
    .oneof({ weight: 3, arbitrary: fc.constantFrom(1, -1) }, fc.integer({ min: -200, max: 200 }))
    .filter((fen) => fen !== 0),
  { minLength: WRONG_EACH, maxLength: WRONG_EACH },
);

test(`${ORDERS * WRONG_EACH} sums that are wrong by as little as 1 fen are refused, kept and raised; the right ones pay (P17)`, async () => {
  const opened: { orderNumber: string; payment: PaymentView; wrong: number[] }[] = [];
  const sampled = fc.sample(fc.tuple(baskets, newPrices, differences), { numRuns: ORDERS, seed: 20_261_121 });
  for (const [basket, newFen, wrong] of sampled) {
    const placed = await app.place({
      lines: basket.map(({ product, quantity }) => ({ productCode: `P-${product}`, quantity })),
    });
    const linesFen = placed.lines.reduce((sum, line) => sum + line.totalFen, 0);
    for (const line of placed.lines) expect(line.totalFen).toBe(line.unitPriceFen * line.quantity);
    expect([placed.totalFen, placed.payableFen]).toEqual([linesFen, linesFen]);
    const payableFen = newFen !== null && newFen !== linesFen ? newFen : linesFen;
    const { orderNumber } = placed;
    if (payableFen !== linesFen) await adjustPrice(app.context, { orderNumber, payableFen, reason: '议价' });
    const payment = await app.openPayment(orderNumber);
    expect(payment.amountFen).toBe(payableFen);
    opened.push({ orderNumber, payment, wrong });
  }

  const mismatched = opened.flatMap(({ payment, wrong }) =>
    wrong.map((off, index) => {
      const fen = payment.amountFen + off >= 0 ? payment.amountFen + off : payment.amountFen - off;
      return paymentCallback(payment, { amount: formatYuan(fen), transaction_id: `W-${payment.id}-${index}` }, app.now);
    }),
  );
  expect(mismatched.length).toBe(10_000);
  for (let from = 0; from < mismatched.length; from += BATCH) {
    const outcomes = await app.deliver(...mismatched.slice(from, from + BATCH));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(BATCH).fill('amount_mismatch'));
  }
  const [found] = await app.rows(
    `select (select count(*)::int from orders where status <> 'pending') as moved,
            (select count(*)::int from payments where paid_at is not null) as paid,
            (select count(*)::int from refunds) as refunds,
            (select count(*)::int from callbacks where outcome = 'amount_mismatch') as kept,
            (select count(distinct callback_id)::int from exceptions where kind = 'amount_mismatch') as raised,
            (select count(*)::int from outbox where type = 'exception.raised') as told`,
  );
  expect(found).toEqual({ moved: 0, paid: 0, refunds: 0, kept: 10_000, raised: 10_000, told: 10_000 });

  // To the fen, each is paid by what it costs.
  const right = opened.map(({ payment }) => paymentCallback(payment, {}, app.now));
  for (let from = 0; from < right.length; from += BATCH) {
    const outcomes = await app.deliver(...right.slice(from, from + BATCH));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(BATCH).fill('applied'));
  }
  const wrongly = await app.rows(
    `select o.order_number from orders o
      where o.status <> 'paid' or o.total_fen <> (select sum(l.unit_price_fen * l.quantity) from order_lines l where l.order_id = o.id)
         or o.payable_fen <> (select sum(p.amount_fen) from payments p where p.order_id = o.id and p.paid_at is not null)`,
  );
  expect(wrongly).toEqual([]);
}, 180_000);
