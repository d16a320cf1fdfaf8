import { expect, test } from 'vitest';
import { checkTable } from './check-table.ts';
import type { TransitionTable } from './decide.ts';

type AnyTable = TransitionTable<string, string, string>;
const ends = { initial: 'open', finals: ['closed'] };

test('a sound table has no problems', () => {
  const table: AnyTable = {
    open: { paused: { to: 'waiting' }, ended: { to: 'closed' } },
    waiting: { resumed: { to: 'open' } },
    closed: {},
  };
  expect(checkTable(table, ends)).toEqual([]);
});

test('an unknown target is found', () => {
  const table: AnyTable = { open: { ended: { to: 'closed' }, lost: { to: 'nowhere' } }, closed: {} };
  expect(checkTable(table, ends)).toEqual(['open + lost leads to nowhere, which is not in the table']);
});

test('an unreachable state is found, also one that others in the dark lead to', () => {
  const table: AnyTable = {
    open: { ended: { to: 'closed' } },
    closed: {},
    island: { sailed: { to: 'reef' } },
    reef: { sailed: { to: 'island' } },
  };
  expect(checkTable(table, ends)).toEqual(['island cannot be reached from open', 'reef cannot be reached from open']);
});

test('a final state with an exit is found', () => {
  const table: AnyTable = { open: { ended: { to: 'closed' } }, closed: { revived: { to: 'open' } } };
  expect(checkTable(table, ends)).toEqual(['closed is final but revived leaves it']);
});

test('a dead end that is not final is found', () => {
  const table: AnyTable = { open: { ended: { to: 'closed' }, stalled: { to: 'stuck' } }, closed: {}, stuck: {} };
  expect(checkTable(table, ends)).toEqual(['stuck is not final but nothing leaves it']);
});

test('a start or an end the table does not know is found', () => {
  const table: AnyTable = { open: { ended: { to: 'closed' } }, closed: {} };
  expect(checkTable(table, { initial: 'open', finals: ['closed', 'gone'] })).toEqual([
    'final state gone is not in the table',
  ]);
  expect(checkTable(table, { initial: 'new', finals: ['closed'] })).toEqual([
    'initial state new is not in the table',
    'open cannot be reached from new',
    'closed cannot be reached from new',
  ]);
});

test('all faults are named at once', () => {
  const table: AnyTable = { open: { lost: { to: 'nowhere' } }, closed: { revived: { to: 'open' } }, stuck: {} };
  expect(checkTable(table, ends)).toEqual([
    'open + lost leads to nowhere, which is not in the table',
    'closed cannot be reached from open',
    'stuck cannot be reached from open',
    'closed is final but revived leaves it',
    'stuck is not final but nothing leaves it',
  ]);
});
