import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTable } from './check-table.ts';
import { allowedFacts, decide, type TransitionTable } from './decide.ts';
import {
  HAIER_FACTS,
  HAIER_FINAL_STATES,
  HAIER_INITIAL_STATE,
  HAIER_STATES,
  haierTransitions,
} from './haier-transitions.ts';
import {
  ORDER_FACTS,
  ORDER_FINAL_STATES,
  ORDER_INITIAL_STATE,
  ORDER_STATES,
  orderTransitions,
} from './order-transitions.ts';
import {
  PAYMENT_FACTS,
  PAYMENT_FINAL_STATES,
  PAYMENT_INITIAL_STATE,
  PAYMENT_STATES,
  paymentTransitions,
} from './payment-transitions.ts';
import {
  REFUND_FACTS,
  REFUND_FINAL_STATES,
  REFUND_INITIAL_STATE,
  REFUND_STATES,
  refundTransitions,
} from './refund-transitions.ts';

const machines: Machine[] = [
  {
    name: 'order',
    table: orderTransitions,
    states: ORDER_STATES,
    facts: ORDER_FACTS,
    initial: ORDER_INITIAL_STATE,
    finals: ORDER_FINAL_STATES,
  },
  {
    name: 'payment',
    table: paymentTransitions,
    states: PAYMENT_STATES,
    facts: PAYMENT_FACTS,
    initial: PAYMENT_INITIAL_STATE,
    finals: PAYMENT_FINAL_STATES,
  },
  {
    name: 'refund',
    table: refundTransitions,
    states: REFUND_STATES,
    facts: REFUND_FACTS,
    initial: REFUND_INITIAL_STATE,
    finals: REFUND_FINAL_STATES,
  },
  {
    name: 'haier',
    table: haierTransitions,
    states: HAIER_STATES,
    facts: HAIER_FACTS,
    initial: HAIER_INITIAL_STATE,
    finals: HAIER_FINAL_STATES,
  },
];

describe.each(machines)('$name', ({ table, states, facts, initial, finals }) => {
  const someFacts = fc.array(fc.constantFrom(...facts), { maxLength: 40 });

  test('the graph is sound', () => {
    expect(checkTable(table, { initial, finals })).toEqual([]);
  });

  test('every listed state has its row and every listed fact moves something', () => {
    expect(Object.keys(table).sort()).toEqual([...states].sort());
    const used = new Set(states.flatMap((state) => allowedFacts(table, state)));
    expect([...used].sort()).toEqual([...facts].sort());
  });

  test('no sequence of facts leaves the states of the table', () => {
    fc.assert(
      fc.property(someFacts, (sequence) => {
        for (const state of walk(table, initial, sequence)) expect(states).toContain(state);
      }),
    );
  });

  test('a final state stays as it is whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...finals), someFacts, (final, sequence) => {
        expect(new Set(walk(table, final, sequence))).toEqual(new Set([final]));
      }),
    );
  });

  test('a fact just applied is never refused when it comes again', () => {
    fc.assert(
      fc.property(someFacts, fc.constantFrom(...facts), (sequence, fact) => {
        const first = decide(table, walk(table, initial, sequence).at(-1) ?? initial, fact);
        fc.pre(first.outcome === 'moved');
        const again = decide(table, first.to, fact);
        expect(again.outcome).toBe(table[first.to]?.[fact] ? 'moved' : 'repeated');
      }),
    );
  });

  test('no fact moves twice in a row, so a repeat has no effect', () => {
    const movedTwice = states.flatMap((state) =>
      allowedFacts(table, state).filter((fact) => {
        const first = decide(table, state, fact);
        return first.outcome === 'moved' && decide(table, first.to, fact).outcome !== 'repeated';
      }),
    );
    expect(movedTwice).toEqual([]);
  });
});

function walk(table: AnyTable, start: string, facts: readonly string[]): string[] {
  const path = [start];
  for (const fact of facts) {
    const decision = decide(table, path.at(-1) ?? start, fact);
    if (decision.outcome === 'moved') path.push(decision.to);
  }
  return path;
}

type AnyTable = TransitionTable<string, string, string>;
type Machine = {
  name: string;
  table: AnyTable;
  states: readonly string[];
  facts: readonly string[];
  initial: string;
  finals: readonly string[];
};
