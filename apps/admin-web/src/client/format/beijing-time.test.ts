import { expect, test } from 'vitest';
import { endOfDay, formatClock, formatDay, formatInstant, formatMinute, startOfDay } from './beijing-time.ts';

test.each([
  ['2026-11-21T08:00:00.000Z', '2026-11-21 16:00:00'],
  ['2026-12-31T16:00:00Z', '2027-01-01 00:00:00'],
  ['2026-11-21T23:59:59+08:00', '2026-11-21 23:59:59'],
  ['not a time', 'not a time'],
])('%s is shown as %s', (instant, text) => {
  expect(formatInstant(instant)).toBe(text);
});

test('clock and day are those of Beijing', () => {
  const at = new Date('2026-11-20T17:05:09Z');
  expect([formatClock(at), formatDay(at)]).toEqual(['01:05:09', '2026-11-21']);
  expect(formatMinute(at.toISOString())).toBe('2026-11-21 01:05');
});

test('a day of the filter is a day in Beijing', () => {
  expect([startOfDay('2026-11-21'), endOfDay('2026-11-21')]).toEqual([
    '2026-11-20T16:00:00.000Z',
    '2026-11-21T15:59:59.999Z',
  ]);
});

test.each([null, '', '2026-13-01', '2026-02-30', '21.11.2026', "'; --"])('%o in the address is no day', (day) => {
  expect([startOfDay(day), endOfDay(day)]).toEqual([undefined, undefined]);
});
