import { OrderEvent } from '@orderbridge/contracts/order-events';
import type { KeptMessage } from '@orderbridge/service-kit/unread/replay-command';
import { readMessage } from '@orderbridge/service-kit/unread/read-message';
import { type Replayed, replayKept, type ReplayOutcome } from '@orderbridge/service-kit/unread/replay-kept';
import { knowOutcomes } from '../jobs/know-outcomes.ts';
import { planJobs } from '../jobs/plan-jobs.ts';
import { transact, type TransactContext } from '../transaction.ts';

type Context = TransactContext & { readonly now: () => Date };
type Kept = KeptMessage & { readonly id: string };

const PAGE = 100;

/**
 * Reads the kept events of orders anew, oldest first, and takes those that this version can read and take, each once: with
 * what it asks for planned in the same transaction, as if it came now. The rest stays as it is. Any number of processes may
 * do this at once. A dry run only reads.
 * @throws when the database goes away
 */
export const replayUnread = (
  context: Context,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): AsyncGenerator<Replayed<Kept>, void, void> =>
  replayKept({
    signal,
    page: (after) => listUnread(context, after),
    replay: (kept) => replayOne(context, kept, dryRun),
  });

type Row = { id: string; event_id: string | null; stream_sequence: string; deliveries: number | null };

async function listUnread({ orm }: Context, after: Kept | undefined): Promise<Kept[]> {
  const rows = await orm.em.fork().execute<Row[]>(
    `select id, event_id, stream_sequence, deliveries from received_order_events
        where raw is not null and id > ? order by id limit ${PAGE}`,
    [after?.id ?? 0],
  );
  return rows.map(({ id, event_id, stream_sequence, deliveries }) => ({
    id,
    name: event_id ?? '-',
    about: `ORDERS ${stream_sequence}`,
    // A version that did not count yet kept each at its first one.
    deliveries: deliveries ?? 1,
  }));
}

function replayOne(context: Context, { id }: Kept, dryRun: boolean): Promise<ReplayOutcome | undefined> {
  return transact(context, async (tx) => {
    const [row] = await tx.em.execute<{ raw: string }[]>(
      `select raw from received_order_events where id = ? and raw is not null for update skip locked`,
      [id],
    );
    if (!row) return undefined;
    const read = readMessage(OrderEvent, row.raw);
    if (!read.ok) return { outcome: 'unread', cause: read.cause };
    if (dryRun) return { outcome: 'readable' };
    const event = read.value;
    // One whose id could only be read now may have been kept twice, when its stream was made anew.
    const others = await tx.em.execute<unknown[]>(
      `select 1 from received_order_events where event_id = ? and id <> ?`,
      [event.id, id],
    );
    if (others.length > 0) {
      await tx.em.execute(`delete from received_order_events where id = ?`, [id], 'run');
      return { outcome: 'repeated' };
    }
    await tx.em.execute(
      `update received_order_events
          set event_id = ?, type = ?, order_number = ?, data = ?::jsonb, happened_at = ?, raw = null, cause = null
        where id = ?`,
      [event.id, event.type, event.subject, JSON.stringify(event.data), event.time, id],
      'run',
    );
    await knowOutcomes(tx, [event]);
    await planJobs(tx, [event], context.now());
    return { outcome: 'applied' };
  });
}
