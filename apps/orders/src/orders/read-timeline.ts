import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { maskOptional, type PersonalData } from './mask.ts';

type TimelineEntry = OrderView['timeline'][number];

type ChangeRow = {
  id: string;
  machine: TimelineEntry['machine'];
  subject_id: string | null;
  from_state: string;
  to_state: string;
  fact: string;
  by: string;
  note: string | null;
  note_en: string | null;
  callback_id: string | null;
  at: string;
};

/** Moves of an order, or of the one payment or refund of it that `subjectId` names; oldest first, personal data masked. */
export async function readTimeline(
  em: SqlEntityManager,
  order: PersonalData & { readonly id: number },
  subjectId?: string,
): Promise<TimelineEntry[]> {
  const rows = await em.execute<ChangeRow[]>(
    `select id, machine, subject_id, from_state, to_state, fact, by, note, note_en, callback_id, at from state_changes
      where order_id = ? ${subjectId === undefined ? '' : 'and subject_id = ?'} order by id`,
    subjectId === undefined ? [order.id] : [order.id, subjectId],
  );
  return rows.map((row) => ({
    id: row.id,
    machine: row.machine,
    subjectId: row.subject_id,
    callbackId: row.callback_id,
    from: row.from_state,
    to: row.to_state,
    fact: row.fact,
    by: row.by,
    note: maskOptional(row.note, order),
    noteEn: maskOptional(row.note_en ?? row.note, order),
    at: new Date(row.at).toISOString(),
  }));
}
