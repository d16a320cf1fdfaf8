import { expect, test } from 'vitest';
import { dayIn, spanOf, textIn } from './read-filter.ts';

const params = new URLSearchParams('q=%20ab%20&empty=%20&day=2026-11-21&none=2026-02-30');

test('a text is trimmed and cut, and nothing is left of blanks', () => {
  expect([textIn(params, 'q'), textIn(params, 'q', 1), textIn(params, 'empty'), textIn(params, 'other')]).toEqual([
    'ab',
    'a',
    undefined,
    undefined,
  ]);
});

test('only a day that there is', () => {
  expect(['day', 'none', 'q', 'other'].map((name) => dayIn(params, name))).toEqual([
    '2026-11-21',
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  [{ from: undefined, to: undefined }, {}],
  [{ from: '2026-11-21', to: undefined }, { since: '2026-11-20T16:00:00.000Z' }],
  [{ from: 'yesterday', to: '2026-11-21' }, { until: '2026-11-21T15:59:59.999Z' }],
])('days %o are the instants %o', (days, span) => {
  expect(spanOf(days, ['since', 'until'])).toEqual(span);
});
