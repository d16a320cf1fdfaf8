import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { PAYMENT_FACTS, paymentTransitions } from './payment-transitions.ts';
import { describeDecision, printMatrix } from './print-table.ts';

test.each([
  ['init', 'payment_started', '-> processing'],
  ['init', 'money_received', '-> succeeded / pay_order'],
  ['init', 'payment_failed', '-> failed'],
  ['init', 'payment_closed', '-> cancelled'],
  ['init', 'window_closed', '-> expired'],
  ['processing', 'payment_started', 'repeated'],
  ['processing', 'money_received', '-> succeeded / pay_order'],
  ['processing', 'payment_failed', '-> failed'],
  ['processing', 'payment_closed', '-> cancelled'],
  ['processing', 'window_closed', '-> expired'],
  ['succeeded', 'money_received', 'repeated'],
  ['succeeded', 'payment_failed', 'refused'],
  ['succeeded', 'payment_closed', 'refused'],
  ['succeeded', 'window_closed', 'refused'],
  ['failed', 'payment_failed', 'repeated'],
  ['failed', 'payment_started', 'refused'],
  ['failed', 'money_received', '-> succeeded / return_money'],
  ['cancelled', 'payment_closed', 'repeated'],
  ['cancelled', 'window_closed', 'refused'],
  ['cancelled', 'money_received', '-> succeeded / return_money'],
  ['expired', 'window_closed', 'repeated'],
  ['expired', 'money_received', 'refused'],
] as const)('%s + %s: %s', (state, fact, expected) => {
  expect(describeDecision(decide(paymentTransitions, state, fact))).toBe(expected);
});

test('every state and every fact', () => {
  expect(printMatrix(paymentTransitions, PAYMENT_FACTS)).toMatchInlineSnapshot(`
    "            payment_started  money_received  payment_failed  payment_closed  window_closed
    init        -> processing    -> succeeded    -> failed       -> cancelled    -> expired
    processing  repeated         -> succeeded    -> failed       -> cancelled    -> expired
    succeeded   refused          repeated        refused         refused         refused
    failed      refused          -> succeeded    repeated        refused         refused
    cancelled   refused          -> succeeded    refused         repeated        refused
    expired     refused          refused         refused         refused         repeated"
  `);
});
