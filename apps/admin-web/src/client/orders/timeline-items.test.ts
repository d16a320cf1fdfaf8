import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { CallbackItem, OrderView } from '@orderbridge/contracts/orders-api';
import { expect, test } from 'vitest';
import { mergeTimeline, ofKinds } from './timeline-items.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 8, 0, seconds)).toISOString();
const aChange = (id: string, seconds: number, more: object = {}) =>
  ({
    id,
    machine: 'order',
    subjectId: null,
    from: 'pending',
    to: 'paid',
    fact: 'payment_received',
    by: 'system',
    note: null,
    noteEn: null,
    callbackId: null,
    at: at(seconds),
    ...more,
  }) as OrderView['timeline'][number];
const anOccurrence = (id: string, seconds: number, more: object = {}) =>
  ({ id, kind: 'order_placed', by: null, at: at(seconds), ...more }) as OrderView['occurrences'][number];
const aCallback = (id: string, seconds: number) => ({ id, receivedAt: at(seconds) }) as CallbackItem;
const aJob = (id: string, asked: number, latest: number, attempts = 1) =>
  ({ id, createdAt: at(asked), updatedAt: at(latest), attempts }) as JobView;

test('four sources become one timeline, the latest first', () => {
  const items = mergeTimeline({
    occurrences: [anOccurrence('placed', 0), anOccurrence('raised', 3, { kind: 'case_raised' })],
    changes: [aChange('1', 1), aChange('2', 5, { machine: 'haier', callbackId: 'c1' })],
    callbacks: [aCallback('c2', 6), aCallback('c1', 5)],
    jobs: [aJob('j', 2, 4)],
  });
  expect(items.map(({ key }) => key)).toEqual([
    'callback-c2',
    'change-2',
    'job-j-latest',
    'raised',
    'job-j-asked',
    'change-1',
    'placed',
  ]);
});

test('a callback that moved something is told by what it moved', () => {
  const changes = [aChange('1', 1, { callbackId: 'c1' })];
  expect(mergeTimeline({ occurrences: [], changes, callbacks: [aCallback('c1', 1)], jobs: [] })).toHaveLength(1);
});

test('a job that nobody has tried yet is there once', () => {
  const keys = mergeTimeline({ occurrences: [], changes: [], callbacks: [], jobs: [aJob('j', 1, 1, 0)] }).map(
    ({ key }) => key,
  );
  expect(keys).toEqual(['job-j-asked']);
});

test('what happened at the same time keeps its order', () => {
  const changes = [aChange('1', 1), aChange('2', 1), aChange('3', 1)];
  const keys = mergeTimeline({ occurrences: [], changes, callbacks: [], jobs: [] }).map(({ key }) => key);
  expect(keys).toEqual(['change-3', 'change-2', 'change-1']);
});

test('an entry is of every kind it is about', () => {
  const changes = [
    aChange('1', 1, { by: 'staff:li' }),
    aChange('2', 2, { machine: 'payment', by: 'callback:generic', callbackId: 'c1' }),
    aChange('3', 3, { machine: 'refund' }),
    aChange('4', 4, { machine: 'haier' }),
  ];
  const occurrences = [
    anOccurrence('placed', 0, { by: 'storefront' }),
    anOccurrence('revealed', 7, { kind: 'personal_data_revealed', by: 'staff:li' }),
    anOccurrence('resolved', 8, { kind: 'case_resolved', by: 'staff:li' }),
    anOccurrence('raised', 9, { kind: 'case_raised' }),
  ];
  const items = mergeTimeline({ occurrences, changes, callbacks: [], jobs: [aJob('j', 5, 6)] });
  const shown = (...kinds: Parameters<typeof ofKinds>[1]) => ofKinds(items, kinds).map(({ key }) => key);
  expect(shown('person')).toEqual(['resolved', 'revealed', 'change-1']);
  expect(shown('case')).toEqual(['raised', 'resolved']);
  expect(shown('order')).toEqual(['change-1', 'placed']);
  expect(shown('callback', 'person')).toEqual(['resolved', 'revealed', 'change-2', 'change-1']);
  expect(shown('payment', 'refund')).toEqual(['change-3', 'change-2']);
  expect(shown('push')).toEqual(['change-4']);
  expect(shown('job')).toHaveLength(2);
  expect(shown()).toHaveLength(items.length);
});
