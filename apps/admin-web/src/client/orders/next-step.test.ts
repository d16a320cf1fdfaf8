import type { OrderView } from '@orderbridge/contracts/orders-api';
import { expect, test } from 'vitest';
import { nextStep } from './next-step.ts';

type Action = OrderView['allowedActions'][number]['action'];

test.each<[OrderView['status'], Action[], Action | undefined]>([
  ['pending', ['openPayment', 'adjustPrice', 'cancel'], 'openPayment'],
  ['paid', ['push', 'cancel'], 'push'],
  ['paid', ['ship', 'cancel'], 'ship'],
  ['paid', ['cancel'], undefined],
  ['shipped', ['complete', 'requestRefund'], 'complete'],
  ['completed', ['requestRefund'], undefined],
  ['refunded', [], undefined],
])('an order that is %s and allows %j goes on with %s', (status, allowed, step) => {
  const named = (action: Action, isAllowed: boolean) => ({ action, allowed: isAllowed, reason: null, reasonEn: null });
  const allowedActions = [
    ...allowed.map((action) => named(action, true)),
    named('reveal', true),
    ...(['openPayment', 'push', 'ship', 'complete'] as const)
      .filter((action) => !allowed.includes(action))
      .map((action) => named(action, false)),
  ];
  expect(nextStep({ status, allowedActions })).toBe(step);
});
