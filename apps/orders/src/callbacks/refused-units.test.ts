import type { HaierNotice } from '@orderbridge/contracts/haier-callback';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Refund } from '../payments/refund.entity.ts';
import type { Tx } from '../transaction.ts';
import { applyHaierNotice } from './apply-haier-notice.ts';

const AT = new Date('2026-11-20T02:00:00.000Z');

type Line = { unitPriceFen: number; quantity: number };

/** A paid order with these lines, whose price may have been adjusted, without a database. */
function paidOrder(lines: readonly Line[], payableFen: number) {
  const tx = {
    em: { create: (_: unknown, row: object) => row, execute: async () => [] },
    audit: [],
    events: [],
    stateChanges: [],
  } as unknown as Tx;
  const locked = {
    order: {
      id: 1,
      orderNumber: '1',
      status: 'paid',
      haierStatus: 'confirmed',
      haierLineCount: lines.length,
      haierOrderNo: null,
      haierCountedAt: null,
      haierRound: 0,
      totalFen: lines.reduce((sum, { unitPriceFen, quantity }) => sum + unitPriceFen * quantity, 0),
      payableFen,
    },
    lines: lines.map((line, at) => ({
      ...line,
      productCode: `P-${at}`,
      receivedQty: 0,
      returnedQty: 0,
      rejectedQty: 0,
    })),
    payments: [{ id: 1, publicId: 'payment-1', amountFen: payableFen, paidAt: AT }],
    refunds: [],
  } as unknown as LockedOrder;
  return { tx, locked };
}

const counts = (lines: readonly Line[], rejected: readonly number[], second: number): HaierNotice => ({
  sentAt: new Date(AT.getTime() + second * 1_000),
  method: 'hmm.scm_heorder.cancel',
  platformOrderNo: '1',
  extOrderNo: undefined,
  state: 2,
  failMessage: undefined,
  items: lines.map(({ quantity }, at) => ({
    productCode: `P-${at}`,
    totalQty: quantity,
    receivedQty: 0,
    returnedQty: 0,
    rejectedQty: rejected[at]!,
  })),
});

const sumFen = (refunds: readonly Refund[]) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);

// P17: the other half of the promise, whole refunds and their repetitions, is in return-money.test.ts.
test('10,000 orders split into refused units: the parts add up to the payment, to the fen', async () => {
  const line = fc.record({
    unitPriceFen: fc.integer({ min: 0, max: 5_000_000 }),
    quantity: fc.integer({ min: 1, max: 20 }),
  });
  // How much of a line is refused by each of several counts, as a share of what is left.
  const shares = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  });
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 1, max: 100_000_000 })),
      shares,
      async (lines, adjustedFen, steps) => {
        const totalFen = lines.reduce((sum, { unitPriceFen, quantity }) => sum + unitPriceFen * quantity, 0);
        const payableFen = adjustedFen ?? totalFen;
        const { tx, locked } = paidOrder(lines, payableFen);
        const rejected = lines.map(() => 0);
        let second = 0;
        const tell = async () =>
          applyHaierNotice(tx, locked, counts(lines, rejected, second++), { by: 'test', at: AT, callbackId: 'c' });
        for (const step of steps) {
          lines.forEach(({ quantity }, at) => (rejected[at]! += Math.floor((quantity - rejected[at]!) * step[at]!)));
          await tell();
          const refusedFen = lines.reduce((sum, { unitPriceFen }, at) => sum + unitPriceFen * rejected[at]!, 0);
          // Computed apart from the code, by the largest whole that is not more than the share.
          const shareFen = sumFen(locked.refunds);
          if (totalFen > 0) {
            expect(BigInt(shareFen) * BigInt(totalFen)).toBeLessThanOrEqual(BigInt(refusedFen) * BigInt(payableFen));
            expect(BigInt(shareFen + 1) * BigInt(totalFen)).toBeGreaterThan(BigInt(refusedFen) * BigInt(payableFen));
          } else expect(shareFen).toBe(0);
          // The same count again gives nothing more.
          await tell();
          expect(sumFen(locked.refunds)).toBe(shareFen);
        }
        lines.forEach(({ quantity }, at) => (rejected[at] = quantity));
        await tell();
        expect(sumFen(locked.refunds)).toBe(totalFen > 0 ? payableFen : 0);
        expect(locked.refunds.every(({ amountFen }) => Number.isSafeInteger(amountFen) && amountFen > 0)).toBe(true);
        opened += locked.refunds.length;
      },
    ),
    { numRuns: 10_000, seed: 20_261_121 },
  );
  expect(opened).toBeGreaterThan(10_000);
}, 60_000);
