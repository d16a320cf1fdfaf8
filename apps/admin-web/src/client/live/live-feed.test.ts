import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OrderChange } from '@orderbridge/contracts/orders-api';
import { type ConnectionEvents, type LiveState, openLiveFeed } from './live-feed.ts';

const STARTED = new Date('2026-11-21T08:00:00Z');

beforeEach(() => void vi.useFakeTimers({ now: STARTED }));
afterEach(() => void vi.useRealTimers());

const moved = (orderNumber: string): OrderChange => ({ kind: 'order.moved', orderNumber, at: '2026-11-21T08:00:00Z' });

test('reads everything anew on the first connection, then hands on what changed', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.latest().change('7', moved('A'));
  expect([feed.gaps, feed.changes]).toEqual([1, ['A']]);
  expect(feed.states.map(({ phase }) => phase)).toEqual(['connecting', 'live']);
});

test('a connection that gave up is replaced, later each time, and resumes from the last position without a gap', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.latest().change('7', moved('A'));
  feed.latest().ended();
  expect(feed.states.at(-1)).toEqual({ phase: 'reconnecting', staleSince: STARTED, tryingSince: STARTED });

  for (const waitMs of [1_000, 2_000, 5_000, 10_000, 10_000]) {
    const opened = feed.connections.length;
    vi.advanceTimersByTime(waitMs - 1);
    expect(feed.connections.length).toBe(opened);
    vi.advanceTimersByTime(1);
    expect(feed.connections.length).toBe(opened + 1);
    feed.latest().ended();
  }
  vi.advanceTimersByTime(10_000);
  expect(feed.states.at(-1)).toEqual({ phase: 'reconnecting', staleSince: STARTED, tryingSince: STARTED });
  feed.latest().live();

  expect(feed.resumedFrom.at(-1)).toBe('7');
  expect([feed.gaps, feed.refusals, feed.states.at(-1)]).toEqual([1, 6, { phase: 'live' }]);
});

test('a feed that never had a position reads everything anew each time it comes back', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.latest().lost();
  feed.latest().live();
  expect(feed.gaps).toBe(2);
});

test('a reset means that changes were missed, and its position counts', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.latest().change('40', { kind: 'reset', orderNumber: '-', at: '2026-11-21T08:00:00Z' });
  feed.handle.reconnect();
  expect([feed.gaps, feed.changes, feed.resumedFrom.at(-1)]).toEqual([2, [], '40']);
});

test('an old connection has no say once a new one is open, and a paused feed opens none', () => {
  const feed = startFeed();
  const old = feed.latest();
  old.ended();
  feed.handle.reconnect();
  old.change('9', moved('late'));
  old.ended();
  feed.handle.pause();
  const opened = feed.connections.length;
  vi.advanceTimersByTime(60_000);
  expect([feed.changes, feed.connections.length, feed.closed]).toEqual([[], opened, 1]);
  feed.handle.resume();
  expect(feed.connections.length).toBe(opened + 1);
});

test('a feed that was paused is as old as the pause when it cannot be resumed, but tries only since then', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.handle.pause();
  vi.advanceTimersByTime(60_000);
  feed.handle.resume();
  feed.latest().ended();
  const resumed = new Date('2026-11-21T08:01:00Z');
  expect(feed.states.at(-1)).toEqual({ phase: 'reconnecting', staleSince: STARTED, tryingSince: resumed });
});

test('a feed that was lost before it was paused begins to try anew', () => {
  const feed = startFeed();
  feed.latest().live();
  feed.latest().lost();
  feed.handle.pause();
  vi.advanceTimersByTime(60_000);
  feed.handle.resume();
  const resumed = new Date('2026-11-21T08:01:00Z');
  expect(feed.states.at(-1)).toEqual({ phase: 'reconnecting', staleSince: STARTED, tryingSince: resumed });
  feed.latest().live();
  feed.latest().lost();
  expect(feed.states.at(-1)).toEqual({ phase: 'reconnecting', staleSince: resumed, tryingSince: resumed });
});

function startFeed() {
  const seen = {
    connections: [] as ConnectionEvents[],
    resumedFrom: [] as (string | undefined)[],
    states: [] as LiveState[],
    changes: [] as string[],
    gaps: 0,
    refusals: 0,
    closed: 0,
    latest: () => seen.connections.at(-1)!,
    handle: undefined as unknown as ReturnType<typeof openLiveFeed>,
  };
  seen.handle = openLiveFeed({
    connect: (lastEventId, events) => {
      seen.connections.push(events);
      seen.resumedFrom.push(lastEventId);
      return () => seen.closed++;
    },
    onChange: ({ orderNumber }) => seen.changes.push(orderNumber),
    onGap: () => seen.gaps++,
    onRefused: () => seen.refusals++,
    onState: (state) => seen.states.push(state),
    now: () => new Date(),
  });
  return seen;
}
