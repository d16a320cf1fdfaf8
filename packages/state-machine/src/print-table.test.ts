import { expect, test } from 'vitest';
import { decide, type TransitionTable } from './decide.ts';
import { describeDecision, mermaidDiagram, printMatrix } from './print-table.ts';

const door: TransitionTable<'open' | 'shut', 'pushed' | 'pulled', 'ring' | 'log'> = {
  open: { pushed: { to: 'shut', then: ['ring', 'log'] } },
  shut: {},
};

test('a matrix has a row per state and a column per fact', () => {
  expect(printMatrix(door, ['pushed', 'pulled'])).toMatchInlineSnapshot(`
    "      pushed    pulled
    open  -> shut   refused
    shut  repeated  refused"
  `);
});

test('a diagram starts, moves and ends', () => {
  expect(mermaidDiagram(door, { initial: 'open', finals: ['shut'] })).toMatchInlineSnapshot(`
    "stateDiagram-v2
      [*] --> open
      open --> shut: pushed / ring, log
      shut --> [*]"
  `);
});

test('a move without effects is an arrow with the fact alone', () => {
  const gate: TransitionTable<string, string, string> = { open: { pushed: { to: 'shut' } }, shut: {} };
  expect(mermaidDiagram(gate, { initial: 'open', finals: [] })).toMatch(/^  open --> shut: pushed$/m);
});

test('a decision in words names its effects', () => {
  expect(describeDecision(decide(door, 'open', 'pushed'))).toBe('-> shut / ring, log');
  expect(describeDecision(decide(door, 'shut', 'pushed'))).toBe('repeated');
  expect(describeDecision(decide(door, 'shut', 'pulled'))).toBe('refused');
});
