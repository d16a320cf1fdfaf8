import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Tx } from '../transaction.ts';
import type { Payment } from './payment.entity.ts';
import type { Refund } from './refund.entity.ts';
import { isAllReturned, refundableOf, returnMoney, returnSecondMoney } from './return-money.ts';

const AT = new Date('2026-11-20T02:00:00.000Z');
const CAUSE = { by: 'system', at: AT };
const REASON = { zh: '测试', en: 'test' };

/** An order with these payments in fen; 0 was never paid. */
function orderWith(paymentsFen: readonly number[]) {
  const tx = { em: { create: (_: unknown, row: object) => row }, audit: [], events: [] } as unknown as Tx;
  const payments = paymentsFen.map((amountFen, index) => ({
    id: index + 1,
    publicId: `payment-${index + 1}`,
    amountFen,
    paidAt: amountFen > 0 ? AT : null,
  })) as Payment[];
  const locked = { order: { id: 1, orderNumber: '1' }, lines: [], payments, refunds: [] } as unknown as LockedOrder;
  return { tx, locked, payments };
}

const sumFen = (refunds: readonly Refund[]) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);

test('10,000 random lives of the money of an order: to the fen, nothing is returned twice', async () => {
  const fen = fc.integer({ min: 0, max: 1_000_000 });
  const step = fc.oneof(
    fc.record({ what: fc.constant('return' as const), amountFen: fen, only: fc.nat(3) }),
    fc.record({ what: fc.constantFrom('withdraw', 'twice'), amountFen: fen, only: fc.nat(3) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fen, { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 8 }),
      async (paid, life) => {
        const { tx, locked, payments } = orderWith(paid);
        const { refunds } = locked;
        const paidFen = paid.reduce((sum, amountFen) => sum + amountFen, 0);
        const ownFen = () => sumFen(refunds.filter(({ cause, withdrawnAt }) => cause !== 'paid_twice' && !withdrawnAt));
        for (const { what, amountFen, only } of life) {
          const leftFen = refundableOf(payments, refunds);
          expect(leftFen).toBe(paidFen - ownFen());
          if (what === 'return') {
            const payment = payments[only];
            const opened = await returnMoney(
              tx,
              locked,
              { cause: 'refund_requested', reason: REASON, amountFen, ...(payment && { payment }) },
              CAUSE,
            );
            expect(opened).toBeLessThanOrEqual(Math.min(amountFen, leftFen));
            if (!payment) expect(opened).toBe(Math.min(amountFen, leftFen));
          }
          const taken = refunds[only];
          if (what === 'withdraw' && taken?.cause === 'refund_requested') taken.withdrawnAt = AT;
          if (what === 'twice' && payments[only]?.paidAt) returnSecondMoney(tx, locked, payments[only], 'T-2', CAUSE);
        }
        expect(ownFen()).toBeLessThanOrEqual(paidFen);
        expect(refunds.every(({ amountFen }) => Number.isSafeInteger(amountFen) && amountFen > 0)).toBe(true);
        for (const key of ['idempotencyKey', 'refundNo'] as const)
          expect(new Set(refunds.map((refund) => refund[key])).size).toBe(refunds.length);
        // The rest goes back as well, and then exactly what was paid is on its way.
        await returnMoney(tx, locked, { cause: 'order_cancelled', reason: REASON }, CAUSE);
        expect(ownFen()).toBe(paidFen);
        expect(refundableOf(payments, refunds)).toBe(0);
      },
    ),
    { numRuns: 10_000 },
  );
});

test('all is returned when every refund that counts succeeded', () => {
  const refund = (status: Refund['status'], withdrawnAt: Date | null = null) => ({ status, withdrawnAt }) as Refund;
  expect(isAllReturned([])).toBe(true);
  expect(isAllReturned([refund('succeeded'), refund('failed', AT)])).toBe(true);
  expect(isAllReturned([refund('succeeded'), refund('processing')])).toBe(false);
});
