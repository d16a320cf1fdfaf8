import { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import type { KeptMessage } from '@orderbridge/service-kit/unread/replay-command';
import { readMessage } from '@orderbridge/service-kit/unread/read-message';
import { type Replayed, replayKept, type ReplayOutcome } from '@orderbridge/service-kit/unread/replay-kept';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import type { Text } from '../text.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { takeSupplierEvents } from './apply-supplier-events.ts';
import { caseOfParked } from './park-supplier-event.ts';

type Context = TransactContext & { readonly now: () => Date };
type Kept = KeptMessage & { readonly id: string; readonly receivedAt: string };

const PAGE = 100;

/**
 * Reads the kept events of integrations anew, oldest first, and applies those that this version can read and apply, each
 * once: it then counts as applied like any other, and its case is closed. The rest stays as it is. Any number of processes
 * may do this at once. A dry run only reads.
 * @throws when the database goes away
 */
export const replayUnread = (
  context: Context,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): AsyncGenerator<Replayed<Kept>, void, void> =>
  replayKept({
    signal,
    page: (after) => listParked(context, after),
    replay: (kept) => replayOne(context, kept, dryRun),
  });

type Row = { event_id: string; type: string; subject: string; deliveries: number; received_at: string };

async function listParked({ orm }: Context, after: Kept | undefined): Promise<Kept[]> {
  const rows = await orm.em.fork().execute<Row[]>(
    `select event_id, type, subject, deliveries, received_at::text as received_at from supplier_events
      where raw is not null ${after ? 'and (received_at, event_id) > (?::timestamptz, ?::uuid)' : ''}
      order by received_at, event_id limit ${PAGE}`,
    after ? [after.receivedAt, after.id] : [],
  );
  return rows.map(({ event_id, type, subject, deliveries, received_at }) => ({
    id: event_id,
    name: event_id,
    about: `${type} ${subject}`,
    deliveries,
    receivedAt: received_at,
  }));
}

function replayOne(context: Context, { id }: Kept, dryRun: boolean): Promise<ReplayOutcome | undefined> {
  return transact(context, async (tx) => {
    const at = context.now();
    const [row] = await tx.em.execute<{ raw: string }[]>(
      `select raw from supplier_events where event_id = ? and raw is not null for update skip locked`,
      [id],
    );
    if (!row) return undefined;
    const read = readMessage(SupplierEvent, row.raw);
    if (!read.ok) return { outcome: 'unread', cause: read.cause };
    if (dryRun) return { outcome: 'readable' };
    // Its place is taken by the row of an applied event: under the id that could only be read now, where it had none.
    await tx.em.execute(`delete from supplier_events where event_id = ?`, [id], 'run');
    const [outcome] = await takeSupplierEvents(tx, [read.value], at);
    await closeExceptions(tx, { kinds: ['parked_message'], dedupKey: caseOfParked(id) }, APPLIED_NOW, at);
    return { outcome: outcome! };
  });
}

const APPLIED_NOW: Text = {
  zh: '该事件现已可以处理，已重新应用',
  en: 'The event can be handled now and was applied anew',
};
