import { expect, test } from 'vitest';
import type { SeenService } from '@orderbridge/contracts/health-api';
import { judgeOutage, noteStates, type Seen } from './judge-outage.ts';

const T = Date.parse('2026-11-21T08:00:00Z');
const later = (seconds: number) => new Date(T + seconds * 1_000);

const ok = 'healthy';
const known = (
  orders: SeenService['state'],
  integrations: SeenService['state'],
  gateway: SeenService['state'] = ok,
) => ({
  states: { gateway, orders, integrations },
  wellMs: { gateway: T - 6_000, orders: T - 2_000, integrations: T - 4_000 },
});
const lost = { phase: 'reconnecting', staleSince: later(-3), tryingSince: later(-3) } as const;
const live = { phase: 'live' } as const;
const well: Seen = { isOnline: true, feed: live, known: known(ok, ok), answeredMs: T, isUnanswered: false };

test.each<[string, Partial<Seen>, object | undefined]>([
  ['all is well', {}, undefined],
  ['nothing is known yet', { known: undefined }, undefined],
  ['the feed is lost and nobody knows why yet', { feed: lost }, undefined],
  ['the browser is offline', { isOnline: false, feed: lost }, { cause: 'network', asOf: later(-3) }],
  ['offline, and the feed has not noticed', { isOnline: false }, { cause: 'network', asOf: later(0) }],
  ['the server of the page is gone', { isUnanswered: true, feed: lost }, { cause: 'network', asOf: later(-3) }],
  [
    'it is gone, and what it said before counts no more',
    { isUnanswered: true, known: known('down', 'down') },
    { cause: 'network', also: [] },
  ],
  [
    'orders is down',
    { feed: lost, known: known('down', ok) },
    { cause: 'orders', isPartial: false, also: [], asOf: later(-3) },
  ],
  [
    'orders is down, and the feed has not noticed',
    { known: known('down', ok) },
    { cause: 'orders', isPartial: false, asOf: later(-2) },
  ],
  ['a part of orders is broken', { known: known('unhealthy', ok) }, { cause: 'orders', isPartial: true }],
  ['both are down', { feed: lost, known: known('down', 'down') }, { cause: 'orders', also: ['integrations'] }],
  [
    'orders is well, but its feed does not open',
    { feed: lost, answeredMs: T + 6_000 },
    { cause: 'orders', isPartial: true, asOf: later(-3) },
  ],
  [
    'integrations is down',
    { known: known(ok, 'down') },
    { cause: 'integrations', isPartial: false, also: [], asOf: later(-4) },
  ],
  [
    'a feed that was paused for an hour has only begun to try',
    { feed: { phase: 'reconnecting', staleSince: later(-3_600), tryingSince: later(-1) } },
    undefined,
  ],
  [
    'and when it does not open, the page is an hour old',
    { feed: { phase: 'reconnecting', staleSince: later(-3_600), tryingSince: later(-6) } },
    { cause: 'orders', isPartial: true, asOf: later(-3_600) },
  ],
  ['the gateway is down', { known: known(ok, ok, 'down') }, { cause: 'gateway', isPartial: false, asOf: later(-6) }],
  ['the gateway has only one way left to keep callbacks', { known: known(ok, ok, 'unhealthy') }, undefined],
  ['two are down', { known: known(ok, 'down', 'down') }, { cause: 'gateway', also: ['integrations'] }],
  ['all are down', { known: known('down', 'down', 'down') }, { cause: 'orders', also: ['gateway', 'integrations'] }],
  ['a part of integrations is broken', { known: known(ok, 'unhealthy') }, { cause: 'integrations', isPartial: true }],
])('%s', (_, seen, outage) => {
  const judged = judgeOutage({ ...well, ...seen });
  if (outage === undefined) expect(judged).toBeUndefined();
  else expect(judged).toMatchObject(outage);
});

test('remembers when a service was last well, and dates one that never was by the first look at it', () => {
  const services = (orders: SeenService['state']) => ({
    at: '',
    services: [
      { name: 'orders', state: orders },
      { name: 'integrations', state: 'down' },
    ] as const,
  });
  const first = noteStates(undefined, services(ok), 1_000);
  const second = noteStates(first, services('down'), 2_000);
  expect(second).toEqual({
    states: { orders: 'down', integrations: 'down' },
    wellMs: { orders: 1_000, integrations: 1_000 },
  });
  expect(noteStates(second, services(ok), 3_000).wellMs.orders).toBe(3_000);
});
