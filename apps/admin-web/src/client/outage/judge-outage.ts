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
  readonly cause: 'network' | Name;
  /** It answers, but something of it does not work. */
  readonly isPartial: boolean;
  /** What is not well either, though it is not the cause named. */
  readonly also: readonly Exclude<Name, 'orders'>[];
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
  const lost = feed.phase === 'reconnecting' ? feed : undefined;
  const { states = {}, wellMs = {} } = known ?? {};
  // A gateway that answers takes callbacks: to its disk or to the bus, whichever works.
  const isWell = (name: Name) =>
    name === 'gateway' ? states.gateway !== 'down' : (states[name] ?? 'healthy') === 'healthy';
  const wellAt = (name: Name) => new Date(wellMs[name] ?? answeredMs);
  const also = (['gateway', 'integrations'] as const).filter((name) => !isWell(name));

  if (!isOnline || isUnanswered)
    return { cause: 'network', isPartial: false, also: [], asOf: lost?.staleSince ?? new Date(answeredMs) };
  if (!isWell('orders')) {
    const isPartial = states.orders === 'unhealthy';
    return { cause: 'orders', isPartial, also, asOf: lost?.staleSince ?? wellAt('orders') };
  }
  if (lost && answeredMs - lost.tryingSince.getTime() > FEED_MAY_TAKE_MS)
    return { cause: 'orders', isPartial: true, also, asOf: lost.staleSince };
  const [cause, ...others] = also;
  if (cause === undefined) return undefined;
  const isPartial = states[cause] === 'unhealthy';
  return { cause, isPartial, also: others, asOf: wellAt(cause) };
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
