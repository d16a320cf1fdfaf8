import { expect, test } from 'vitest';
import { type BalanceReading, forecastBalance } from './forecast-balance.ts';

const NOW = new Date('2026-11-21T04:00:00.000Z');
/** Balances in fen by how many days ago they were read. */
const readings = (...pairs: readonly [daysAgo: number, balanceFen: number][]): BalanceReading[] =>
  pairs.map(([daysAgo, balanceFen]) => ({ at: new Date(NOW.getTime() - daysAgo * 86_400_000), balanceFen }));

test.each<[string, BalanceReading[], ReturnType<typeof forecastBalance>]>([
  ['nothing is known', [], null],
  ['one reading', readings([0, 500]), null],
  ['less than a day', readings([0.99, 1_000], [0, 500]), null],
  ['a day', readings([1, 1_500], [0, 1_000]), { perDayFen: 500, daysLeft: 2 }],
  ['days of a week', readings([6, 7_000], [3, 4_000], [0, 1_000]), { perDayFen: 1_000, daysLeft: 1 }],
  ['rounded down', readings([3, 3_999], [0, 999]), { perDayFen: 1_000, daysLeft: 0.9 }],
  ['a top-up is no saving', readings([2, 1_000], [1.5, 0], [1, 9_000], [0, 8_000]), { perDayFen: 1_000, daysLeft: 8 }],
  ['only top-ups', readings([2, 1_000], [0, 9_000]), { perDayFen: 0, daysLeft: null }],
  ['nothing moves', readings([2, 1_000], [0, 1_000]), { perDayFen: 0, daysLeft: null }],
  ['overdrawn', readings([2, 1_000], [0, -1_000]), { perDayFen: 1_000, daysLeft: 0 }],
  ['empty and nothing moves', readings([2, 0], [0, 0]), { perDayFen: 0, daysLeft: 0 }],
  ['older than a week', readings([8, 99_000], [2, 3_000], [0, 1_000]), { perDayFen: 1_000, daysLeft: 1 }],
  ['less than a fen a day', readings([7, 10_001], [0, 10_000]), { perDayFen: 0, daysLeft: null }],
])('%s', (_name, given, expected) => {
  expect(forecastBalance(given, NOW)).toEqual(expected);
});
