import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { REFUND_FACTS, refundTransitions } from './refund-transitions.ts';
import { describeDecision, printMatrix } from './print-table.ts';

test.each([
  ['pending', 'refund_sent', '-> processing'],
  ['pending', 'refund_paid_out', 'refused'],
  ['processing', 'refund_sent', 'repeated'],
  ['processing', 'refund_paid_out', '-> succeeded / settle_order'],
  ['processing', 'refund_failed', '-> failed / raise_exception'],
  ['succeeded', 'refund_paid_out', 'repeated'],
  ['succeeded', 'refund_failed', 'refused'],
  ['succeeded', 'refund_sent', 'refused'],
  ['failed', 'refund_failed', 'repeated'],
  ['failed', 'refund_sent', '-> processing'],
] as const)('%s + %s: %s', (state, fact, expected) => {
  expect(describeDecision(decide(refundTransitions, state, fact))).toBe(expected);
});

test('every state and every fact', () => {
  expect(printMatrix(refundTransitions, REFUND_FACTS)).toMatchInlineSnapshot(`
    "            refund_sent    refund_paid_out  refund_failed
    pending     -> processing  refused          refused
    processing  repeated       -> succeeded     -> failed
    succeeded   refused        repeated         refused
    failed      -> processing  refused          repeated"
  `);
});
