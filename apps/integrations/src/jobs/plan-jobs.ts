import type { OrderEvent } from '@orderbridge/contracts/order-events';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Tx } from '../transaction.ts';

/** Whose turn it is first: what a person asked for one by one, then what came in bulk. */
export const PRIORITY = { manual: 0, bulk: 1 } as const;

/**
 * Makes a job of each wish of ours that orders tells of: an order that moved to `push_pending` or `cancel_pending`, with
 * the round it belongs to. One job for each key, however often the event comes. Answers how many were planned.
 */
export async function planJobs(tx: Tx, events: readonly OrderEvent[], now: Date): Promise<number> {
  return planWishes(tx, events.flatMap(wishOf), now);
}

/** Makes a job of each of these wishes that has none yet. Answers how many were planned. */
export async function planWishes(tx: Tx, wishes: readonly Wish[], now: Date): Promise<number> {
  if (wishes.length === 0) return 0;
  const paused = await pausedBatches(tx, wishes, now);
  const rows = wishes.map(({ kind, orderNumber, round, batchId, mayHaveArrived = false }) => ({
    public_id: uuidv7(now),
    kind,
    order_number: orderNumber,
    round,
    key: `${kind}:${orderNumber}:${round}`,
    state: batchId !== undefined && paused.has(batchId) ? 'paused' : 'waiting',
    priority: batchId === undefined ? PRIORITY.manual : PRIORITY.bulk,
    next_attempt_at: now,
    outcome_unknown: mayHaveArrived,
    batch_id: batchId ?? null,
    at: now,
  }));
  // Every round of an order goes out under the same `soId`: what an earlier one may have done, this one may have done.
  const planned = await tx.em.execute<{ id: string }[]>(
    `insert into jobs (public_id, kind, order_number, round, key, state, priority, next_attempt_at, outcome_unknown,
                       batch_id, created_at, updated_at)
     select public_id, kind, order_number, round, key, state, priority, next_attempt_at,
            r.outcome_unknown or exists (select 1 from jobs e where e.order_number = r.order_number and e.kind = r.kind and e.outcome_unknown),
            batch_id, at, at
       from json_to_recordset(?::json) as r(public_id uuid, kind text, order_number text, round integer, key text,
              state text, priority smallint, next_attempt_at timestamptz, outcome_unknown boolean, batch_id uuid, at timestamptz)
      order by key
     on conflict (key) do nothing returning id`,
    [JSON.stringify(rows)],
  );
  return planned.length;
}

export type Wish = Pick<JobView, 'kind' | 'orderNumber'> & {
  readonly round: number;
  readonly batchId: string | undefined;
  /** Whether a call of this very round may have been made, though no job of it is left. */
  readonly mayHaveArrived?: boolean;
};

function wishOf(event: OrderEvent): Wish[] {
  if (event.type !== 'haier.moved') return [];
  const { to, round, batchId } = event.data;
  const kind = to === 'push_pending' ? 'push' : to === 'cancel_pending' ? 'cancel' : undefined;
  // Events of before pushes existed name no round: nobody waits for what they could ask for.
  return kind === undefined || round === undefined ? [] : [{ kind, orderNumber: event.subject, round, batchId }];
}

/** Makes the batches that are new, and holds them all, so that none is paused while its jobs are being planned. */
async function pausedBatches({ em }: Tx, wishes: readonly Wish[], now: Date): Promise<ReadonlySet<string>> {
  const ids = [...new Set(wishes.flatMap(({ batchId }) => batchId ?? []))].sort();
  if (ids.length === 0) return new Set();
  const rows = ids.map((id) => ({ public_id: id, created_at: now }));
  await insertRows(em, 'batches', 'public_id uuid, created_at timestamptz', rows, 'on conflict do nothing');
  const batches = await em.execute<{ public_id: string; paused: boolean }[]>(
    `select public_id, paused from batches where public_id in (?) order by public_id for share`,
    [ids],
  );
  return new Set(batches.filter(({ paused }) => paused).map((batch) => batch.public_id));
}
