import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { ORDER_FACTS, orderTransitions } from './order-transitions.ts';
import { describeDecision, printMatrix } from './print-table.ts';

test.each([
  ['pending', 'payment_received', '-> paid / close_payments'],
  ['pending', 'payment_window_closed', '-> cancelled / release_stock, expire_payments'],
  ['pending', 'cancel_agreed', '-> cancelled / release_stock, close_payments'],
  ['pending', 'goods_sent', 'refused'],
  ['pending', 'refund_agreed', 'refused'],
  ['paid', 'payment_received', 'repeated'],
  ['paid', 'payment_window_closed', 'refused'],
  ['paid', 'cancel_agreed', '-> cancelled / release_stock, open_refund'],
  ['paid', 'goods_sent', '-> shipped'],
  ['paid', 'refund_agreed', '-> refunding / open_refund'],
  ['shipped', 'goods_sent', 'repeated'],
  ['shipped', 'cancel_agreed', 'refused'],
  ['shipped', 'goods_accepted', '-> completed / count_sales'],
  ['shipped', 'refund_agreed', '-> refunding / open_refund'],
  ['completed', 'goods_accepted', 'repeated'],
  ['completed', 'refund_agreed', '-> refunding / open_refund'],
  ['cancelled', 'payment_received', 'refused'],
  ['cancelled', 'payment_window_closed', 'repeated'],
  ['cancelled', 'cancel_agreed', 'repeated'],
  ['cancelled', 'refund_paid_out', 'refused'],
  ['refunding', 'refund_agreed', 'repeated'],
  ['refunding', 'refund_paid_out', '-> refunded / release_stock'],
  ['refunding', 'refund_withdrawn', '-> paid'],
  ['refunded', 'payment_received', 'refused'],
  ['refunded', 'refund_paid_out', 'repeated'],
] as const)('%s + %s: %s', (state, fact, expected) => {
  expect(describeDecision(decide(orderTransitions, state, fact))).toBe(expected);
});

test('every state and every fact', () => {
  expect(printMatrix(orderTransitions, ORDER_FACTS)).toMatchInlineSnapshot(`
    "           payment_received  payment_window_closed  cancel_agreed  goods_sent  goods_accepted  refund_agreed  refund_paid_out  refund_withdrawn
    pending    -> paid           -> cancelled           -> cancelled   refused     refused         refused        refused          refused
    paid       repeated          refused                -> cancelled   -> shipped  refused         -> refunding   refused          repeated
    shipped    refused           refused                refused        repeated    -> completed    -> refunding   refused          refused
    completed  refused           refused                refused        refused     repeated        -> refunding   refused          refused
    cancelled  refused           repeated               repeated       refused     refused         refused        refused          refused
    refunding  refused           refused                refused        refused     refused         repeated       -> refunded      -> paid
    refunded   refused           refused                refused        refused     refused         refused        repeated         refused"
  `);
});
