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
const aCallback = (id: string, seconds: number) => ({ id, receivedAt: at(seconds) }) as CallbackItem;
const aJob = (id: string, asked: number, latest: number, attempts = 1) =>
  ({ id, createdAt: at(asked), updatedAt: at(latest), attempts }) as JobView;

test('three sources become one timeline, the latest first', () => {
  const items = mergeTimeline({
    changes: [aChange('1', 1), aChange('2', 5, { machine: 'haier', callbackId: 'c1' })],
    callbacks: [aCallback('c2', 6), aCallback('c1', 5)],
    jobs: [aJob('j', 2, 4)],
  });
  expect(items.map(({ key }) => key)).toEqual(['callback-c2', 'change-2', 'job-j-latest', 'job-j-asked', 'change-1']);
});

test('a callback that moved something is told by what it moved', () => {
  const changes = [aChange('1', 1, { callbackId: 'c1' })];
  expect(mergeTimeline({ changes, callbacks: [aCallback('c1', 1)], jobs: [] })).toHaveLength(1);
});

test('a job that nobody has tried yet is there once', () => {
  const keys = mergeTimeline({ changes: [], callbacks: [], jobs: [aJob('j', 1, 1, 0)] }).map(({ key }) => key);
  expect(keys).toEqual(['job-j-asked']);
});

test('what happened at the same time keeps its order', () => {
  const changes = [aChange('1', 1), aChange('2', 1), aChange('3', 1)];
  const keys = mergeTimeline({ changes, callbacks: [], jobs: [] }).map(({ key }) => key);
  expect(keys).toEqual(['change-3', 'change-2', 'change-1']);
});

test('an entry is of every kind it is about', () => {
  const changes = [
    aChange('1', 1, { by: 'staff:li' }),
    aChange('2', 2, { machine: 'payment', by: 'callback:generic', callbackId: 'c1' }),
    aChange('3', 3, { machine: 'refund' }),
    aChange('4', 4, { machine: 'haier' }),
  ];
  const items = mergeTimeline({ changes, callbacks: [], jobs: [aJob('j', 5, 6)] });
  const shown = (...kinds: Parameters<typeof ofKinds>[1]) => ofKinds(items, kinds).map(({ key }) => key);
  expect(shown('person')).toEqual(['change-1']);
  expect(shown('callback', 'person')).toEqual(['change-2', 'change-1']);
  expect(shown('payment', 'refund')).toEqual(['change-3', 'change-2']);
  expect(shown('push')).toEqual(['change-4']);
  expect(shown('job')).toHaveLength(2);
  expect(shown()).toHaveLength(items.length);
});
