import { expect, test } from 'vitest';
import { cancelEffects } from './cancel-effects.ts';

const paid = {
  status: 'paid',
  hasHaierLines: true,
  cancelAsksHaier: false,
  refundableFen: 299_900,
  secondPersonFromFen: null,
} as const;

test.each([
  ['unpaid', { ...paid, status: 'pending', refundableFen: 0 }, ['order.cancelUnpaid']],
  ['paid, not pushed', paid, ['order.cancelPaid', 'order.cancelReturns']],
  ['paid, of local goods only', { ...paid, hasHaierLines: false }, ['order.cancelPaidLocal', 'order.cancelReturns']],
  ['paid, and nothing left to return', { ...paid, refundableFen: 0 }, ['order.cancelPaid']],
  [
    'paid so much that a second person is needed',
    { ...paid, secondPersonFromFen: 299_900 },
    ['order.cancelPaid', 'order.cancelReturns', 'order.needsSecondPerson'],
  ],
  ['a fen below that', { ...paid, secondPersonFromFen: 299_901 }, ['order.cancelPaid', 'order.cancelReturns']],
  [
    'pushed, and so much that a second person is needed once Haier agreed',
    { ...paid, cancelAsksHaier: true, secondPersonFromFen: 1 },
    ['order.cancelAsks', 'order.cancelReturnsLater', 'order.needsSecondPerson'],
  ],
  ['cancelled here alone', { ...paid, status: 'cancelled', cancelAsksHaier: true }, ['order.cancelAsksOnly']],
] as const)('%s', (_case, order, effects) => {
  expect(cancelEffects(order)).toEqual(effects);
});
