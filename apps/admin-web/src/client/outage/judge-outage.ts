import type { SeenService, ServiceStates } from '@orderbridge/contracts/health-api';
import type { LiveState } from '../live/live-feed.ts';

type Name = SeenService['name'];

/** What the server of this page said last of the services. Times are the browser's, in ms since 1970. */
export type KnownStates = {
  readonly states: Readonly<Partial<Record<Name, SeenService['state']>>>;
  /** When each was last seen well; when it was first looked at, for one that never was. */
  readonly wellMs: Readonly<Partial<Record<Name, number>>>;
};

export type Outage = {
  readonly cause: 'network' | 'orders' | 'integrations';
  /** It answers, but something of it does not work. */
  readonly isPartial: boolean;
  /** Integrations is not well either, which is not the cause named. */
  readonly alsoIntegrations: boolean;
  /** What changed after this may not be on the screen. */
  readonly asOf: Date;
};

export type Seen = {
  /** As far as the browser can tell. */
  isOnline: boolean;
  feed: LiveState;
  /** Undefined until the server of this page has answered for the first time. */
  known: KnownStates | undefined;
  /** When it answered last; when the page was opened, if it never did. */
  answeredMs: number;
  /** It was asked later than that, and did not answer. */
  isUnanswered: boolean;
};

/** A feed that is still not open after this time will not open, though orders says that it is well. */
const FEED_MAY_TAKE_MS = 5_000;

/** What keeps the page from being up to date; the cause nearest to the person, as it hides the others. */
export function judgeOutage({ isOnline, feed, known, answeredMs, isUnanswered }: Seen): Outage | undefined {
  const lost = feed.phase === 'reconnecting' ? feed.since : undefined;
  const { states = {}, wellMs = {} } = known ?? {};
  const isWell = (name: Name) => states[name] === undefined || states[name] === 'healthy';
  const wellAt = (name: Name) => new Date(wellMs[name] ?? answeredMs);
  const alsoIntegrations = !isWell('integrations');

  if (!isOnline || isUnanswered)
    return { cause: 'network', isPartial: false, alsoIntegrations: false, asOf: lost ?? new Date(answeredMs) };
  if (!isWell('orders')) {
    const isPartial = states.orders === 'unhealthy';
    return { cause: 'orders', isPartial, alsoIntegrations, asOf: lost ?? wellAt('orders') };
  }
  if (lost && answeredMs - lost.getTime() > FEED_MAY_TAKE_MS)
    return { cause: 'orders', isPartial: true, alsoIntegrations, asOf: lost };
  if (!alsoIntegrations) return undefined;
  const isPartial = states.integrations === 'unhealthy';
  return { cause: 'integrations', isPartial, alsoIntegrations: false, asOf: wellAt('integrations') };
}

/** What is known with one more answer. */
export function noteStates(before: KnownStates | undefined, { services }: ServiceStates, nowMs: number): KnownStates {
  return {
    states: Object.fromEntries(services.map(({ name, state }) => [name, state])),
    wellMs: Object.fromEntries(
      services.map(({ name, state }) => [name, state === 'healthy' ? nowMs : (before?.wellMs[name] ?? nowMs)]),
    ),
  };
}
