import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { CallbackItem, OrderView } from '@orderbridge/contracts/orders-api';

type Change = OrderView['timeline'][number];
type Occurrence = OrderView['occurrences'][number];

/** What an entry of the timeline is about; one may be of several kinds, as a payment told by callback is. */
export const TIMELINE_KINDS = ['person', 'order', 'payment', 'refund', 'push', 'job', 'callback', 'case'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export type TimelineItem = { key: string; at: string; kinds: readonly TimelineKind[] } & (
  | { type: 'change'; change: Change }
  | { type: 'occurrence'; occurrence: Occurrence }
  /** A callback that moved nothing, so no change speaks of it. */
  | { type: 'callback'; callback: CallbackItem }
  /** Work for the platform when it was asked for, and as it stands after its latest attempt. */
  | { type: 'job'; job: JobView; moment: 'asked' | 'latest' }
);

type Sources = {
  /** Oldest first. */
  changes: readonly Change[];
  /** Oldest first. */
  occurrences: readonly Occurrence[];
  callbacks: readonly CallbackItem[];
  jobs: readonly JobView[];
};

/** One timeline of everything that is known of an order, the latest first. */
export function mergeTimeline({ changes, occurrences, callbacks, jobs }: Sources): TimelineItem[] {
  const told = new Set(changes.map(({ callbackId }) => callbackId));
  const items: TimelineItem[] = [
    ...occurrences.map((occurrence) => ({
      type: 'occurrence' as const,
      key: occurrence.id,
      at: occurrence.at,
      kinds: kindsOfOccurrence(occurrence),
      occurrence,
    })),
    ...changes.map((change) => ({
      type: 'change' as const,
      key: `change-${change.id}`,
      at: change.at,
      kinds: kindsOf(change),
      change,
    })),
    ...callbacks
      .filter(({ id }) => !told.has(id))
      .map((callback) => ({
        type: 'callback' as const,
        key: `callback-${callback.id}`,
        at: callback.receivedAt,
        kinds: ['callback' as const],
        callback,
      })),
    ...jobs.flatMap((job) => [
      jobItem(job, 'asked', job.createdAt),
      ...(job.attempts > 0 ? [jobItem(job, 'latest', job.updatedAt)] : []),
    ]),
  ];
  // What happened in the same millisecond keeps the order it was told in.
  return items.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).toReversed();
}

/** The items of any of these kinds; no kind means all. */
export const ofKinds = (items: readonly TimelineItem[], shown: readonly TimelineKind[]): readonly TimelineItem[] =>
  shown.length === 0 ? items : items.filter(({ kinds }) => kinds.some((kind) => shown.includes(kind)));

const jobItem = (job: JobView, moment: 'asked' | 'latest', at: string): TimelineItem => ({
  type: 'job',
  key: `job-${job.id}-${moment}`,
  at,
  kinds: ['job'],
  job,
  moment,
});

function kindsOf({ machine, by, callbackId }: Change): TimelineKind[] {
  return [
    machine === 'haier' ? 'push' : machine,
    ...(by.startsWith('staff:') ? (['person'] as const) : []),
    ...(callbackId === null ? [] : (['callback'] as const)),
  ];
}

/** What an occurrence is about first. */
export const OCCURRENCE_KIND = {
  order_placed: 'order',
  payment_opened: 'payment',
  callback_replayed: 'callback',
  case_raised: 'case',
  case_resolved: 'case',
  personal_data_revealed: 'person',
} as const satisfies Record<Occurrence['kind'], TimelineKind>;

function kindsOfOccurrence({ kind, by }: Occurrence): TimelineKind[] {
  const about = OCCURRENCE_KIND[kind];
  return about !== 'person' && by?.startsWith('staff:') ? [about, 'person'] : [about];
}
