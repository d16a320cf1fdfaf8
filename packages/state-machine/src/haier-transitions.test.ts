import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import {
  HAIER_FACTS,
  HAIER_PLATFORM_FACTS,
  HAIER_STATES,
  type HaierPlatformFact,
  type HaierState,
  haierTransitions,
} from './haier-transitions.ts';
import { describeDecision, printMatrix } from './print-table.ts';

test.each([
  ['none', 'push_requested', '-> push_pending'],
  ['none', 'order_confirmed', '-> confirmed'],
  ['none', 'order_rejected', '-> failed / alert_staff'],
  ['none', 'out_of_stock_reported', '-> out_of_stock / alert_staff'],
  ['none', 'cancel_requested', 'refused'],
  ['push_pending', 'push_requested', 'repeated'],
  ['push_pending', 'push_refused', '-> failed'],
  ['push_pending', 'order_confirmed', '-> confirmed'],
  ['push_pending', 'order_rejected', '-> failed / alert_staff'],
  ['push_pending', 'cancel_agreed', '-> cancelled / order_cancelled'],
  ['push_pending', 'cancel_requested', 'refused'],
  ['failed', 'push_requested', '-> push_pending'],
  ['failed', 'push_refused', 'repeated'],
  ['failed', 'order_rejected', 'repeated'],
  ['failed', 'order_confirmed', '-> confirmed'],
  ['confirmed', 'push_requested', 'refused'],
  ['confirmed', 'order_confirmed', 'repeated'],
  ['confirmed', 'order_rejected', 'refused'],
  ['confirmed', 'out_of_stock_report_failed', '-> out_of_stock_failed'],
  ['confirmed', 'out_of_stock_reported', '-> out_of_stock / alert_staff'],
  ['confirmed', 'cancel_requested', '-> cancel_pending'],
  ['confirmed', 'cancel_agreed', '-> cancelled / order_cancelled'],
  ['confirmed', 'cancel_refused', '-> cancel_failed / alert_staff'],
  ['confirmed', 'cancelled_in_part', '-> partially_cancelled / settle_quantities'],
  ['out_of_stock_failed', 'cancel_requested', '-> cancel_pending'],
  ['out_of_stock_failed', 'out_of_stock_reported', '-> out_of_stock / alert_staff'],
  ['out_of_stock', 'cancel_requested', '-> cancel_pending'],
  ['out_of_stock', 'order_confirmed', 'refused'],
  ['cancel_pending', 'cancel_requested', 'repeated'],
  ['cancel_pending', 'order_confirmed', 'refused'],
  ['cancel_pending', 'out_of_stock_reported', 'refused'],
  ['cancel_pending', 'cancel_agreed', '-> cancelled / order_cancelled'],
  ['cancel_pending', 'cancel_refused', '-> cancel_failed / alert_staff'],
  ['cancel_pending', 'cancelled_in_part', '-> partially_cancelled / settle_quantities'],
  ['cancel_failed', 'cancel_requested', '-> cancel_pending'],
  ['cancel_failed', 'cancel_agreed', '-> cancelled / order_cancelled'],
  ['partially_cancelled', 'cancel_requested', '-> cancel_pending'],
  ['partially_cancelled', 'cancelled_in_part', 'repeated'],
  ['partially_cancelled', 'cancel_agreed', '-> cancelled / order_cancelled'],
  ['cancelled', 'cancel_agreed', 'repeated'],
  ['cancelled', 'order_confirmed', 'refused'],
  ['cancelled', 'cancel_requested', 'refused'],
] as const)('%s + %s: %s', (state, fact, expected) => {
  expect(describeDecision(decide(haierTransitions, state, fact))).toBe(expected);
});

test('every state and every fact', () => {
  expect(printMatrix(haierTransitions, HAIER_FACTS)).toMatchInlineSnapshot(`
    "                     push_requested   push_refused  cancel_requested   order_rejected  order_confirmed  out_of_stock_report_failed  out_of_stock_reported  cancel_refused    cancelled_in_part       cancel_agreed
    none                 -> push_pending  refused       refused            -> failed       -> confirmed     -> out_of_stock_failed      -> out_of_stock        -> cancel_failed  -> partially_cancelled  -> cancelled
    push_pending         repeated         -> failed     refused            -> failed       -> confirmed     -> out_of_stock_failed      -> out_of_stock        -> cancel_failed  -> partially_cancelled  -> cancelled
    failed               -> push_pending  repeated      refused            repeated        -> confirmed     -> out_of_stock_failed      -> out_of_stock        -> cancel_failed  -> partially_cancelled  -> cancelled
    confirmed            refused          refused       -> cancel_pending  refused         repeated         -> out_of_stock_failed      -> out_of_stock        -> cancel_failed  -> partially_cancelled  -> cancelled
    out_of_stock_failed  refused          refused       -> cancel_pending  refused         refused          repeated                    -> out_of_stock        -> cancel_failed  -> partially_cancelled  -> cancelled
    out_of_stock         refused          refused       -> cancel_pending  refused         refused          refused                     repeated               -> cancel_failed  -> partially_cancelled  -> cancelled
    cancel_pending       refused          refused       repeated           refused         refused          refused                     refused                -> cancel_failed  -> partially_cancelled  -> cancelled
    cancel_failed        refused          refused       -> cancel_pending  refused         refused          refused                     refused                repeated          -> partially_cancelled  -> cancelled
    partially_cancelled  refused          refused       -> cancel_pending  refused         refused          refused                     refused                refused           repeated                -> cancelled
    cancelled            refused          refused       refused            refused         refused          refused                     refused                refused           refused                 repeated"
  `);
});

const WEIGHT: Partial<Record<HaierState, number>> = {
  failed: 1,
  confirmed: 2,
  out_of_stock_failed: 3,
  out_of_stock: 4,
  cancel_failed: 5,
  partially_cancelled: 6,
  cancelled: 7,
};
const TOLD: Record<HaierPlatformFact, HaierState> = {
  order_rejected: 'failed',
  order_confirmed: 'confirmed',
  out_of_stock_report_failed: 'out_of_stock_failed',
  out_of_stock_reported: 'out_of_stock',
  cancel_refused: 'cancel_failed',
  cancelled_in_part: 'partially_cancelled',
  cancel_agreed: 'cancelled',
};
const ENDS_A_CANCEL: readonly HaierPlatformFact[] = ['cancel_refused', 'cancelled_in_part', 'cancel_agreed'];

const everyPair = HAIER_STATES.flatMap((state) => HAIER_PLATFORM_FACTS.map((fact) => [state, fact] as const));

test.each(everyPair)('%s + %s follows the weight of the news', (state, fact) => {
  const decision = decide(haierTransitions, state, fact);
  const after = decision.outcome === 'moved' ? decision.to : decision.outcome;
  expect(after).toBe(byWeight(state, fact));
});

test('the platform facts are listed by weight', () => {
  expect(HAIER_PLATFORM_FACTS.map((fact) => WEIGHT[TOLD[fact]])).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('the same news in any order and any number ends in the same state', () => {
  fc.assert(
    fc.property(newsToldTwice, fc.constantFrom('none', 'push_pending'), ({ news, retold }, start) => {
      const end = stateAfter(start, news);
      expect(stateAfter(start, retold)).toBe(end);
      expect(stateAfter('none', news)).toBe(stateAfter('push_pending', news));
      expect(WEIGHT[end]).toBe(Math.max(...news.map((fact) => WEIGHT[TOLD[fact]] ?? 0)));
    }),
    { numRuns: 2_000 },
  );
});

/** The same set of news twice: once as it is, once shuffled with some of it said again. */
const newsToldTwice = fc
  .array(fc.constantFrom(...HAIER_PLATFORM_FACTS), { minLength: 1, maxLength: 10 })
  .chain((news) =>
    fc
      .array(fc.constantFrom(...news), { maxLength: 10 })
      .chain((again) => shuffled([...news, ...again]))
      .map((retold) => ({ news, retold })),
  );

function shuffled<T>(items: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(items, { minLength: items.length });
}

function stateAfter(start: HaierState, facts: readonly HaierPlatformFact[]): HaierState {
  return facts.reduce((state, fact) => {
    const decision = decide(haierTransitions, state, fact);
    return decision.outcome === 'moved' ? decision.to : state;
  }, start);
}

function byWeight(state: HaierState, fact: HaierPlatformFact): HaierState | 'repeated' | 'refused' {
  if (state === 'cancel_pending') return ENDS_A_CANCEL.includes(fact) ? TOLD[fact] : 'refused';
  const known = WEIGHT[state] ?? 0;
  const told = WEIGHT[TOLD[fact]] ?? 0;
  if (told === known) return 'repeated';
  return told > known ? TOLD[fact] : 'refused';
}
