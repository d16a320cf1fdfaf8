import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { settleCallback } from '../exceptions/settle-callback.ts';
import type { Tx } from '../transaction.ts';
import type { InboxRow } from './inbox-row.ts';
import type { CallbackReading } from './read-callback.ts';

/** What is known of a callback that came before. */
export type SeenRow = Pick<
  InboxRow,
  | 'public_id'
  | 'transport_key'
  | 'outcome'
  | 'method'
  | 'platform_order_no'
  | 'answer'
  | 'problem'
  | 'late'
  | 'received_at'
  | 'decided_at'
>;
/** The inbox as this batch sees it: what was there, and what it adds. */
export type Inbox = {
  readonly byTransportKey: Map<string, SeenRow>;
  readonly semanticKeys: Set<string>;
  readonly added: InboxRow[];
  readonly updated: InboxRow[];
};

/**
 * What the inbox knows of these callbacks. Read after the locks are held: copies of one callback name the same order,
 * so the second one sees the first. The unique keys catch what has no order to lock.
 */
export async function openInbox(
  em: SqlEntityManager,
  readings: readonly CallbackReading[],
  semanticKeys: readonly (string | undefined)[],
): Promise<Inbox> {
  const transportKeys = readings.map((reading) => reading.envelope.transportKey);
  const meanings = semanticKeys.filter((key) => key !== undefined);
  const rows = await em.execute<(SeenRow & { semantic_key: string | null })[]>(
    `select public_id, transport_key, semantic_key, outcome, method, platform_order_no, answer, problem, late, received_at, decided_at
       from callbacks where transport_key in (?)
      union all
     select public_id, transport_key, semantic_key, outcome, method, platform_order_no, answer, problem, late, received_at, decided_at
       from callbacks where semantic_key in (?) and outcome = 'applied'`,
    [transportKeys, meanings.length > 0 ? meanings : ['']],
  );
  const wanted = new Set(transportKeys);
  return {
    byTransportKey: new Map(rows.filter((row) => wanted.has(row.transport_key)).map((row) => [row.transport_key, row])),
    semanticKeys: new Set(
      rows.flatMap((row) => (row.outcome === 'applied' && row.semantic_key ? [row.semantic_key] : [])),
    ),
    added: [],
    updated: [],
  };
}

/** Collects what the batch added and writes what it decided anew, with the end of the cases about that. */
export async function closeInbox(tx: Tx, { added, updated }: Inbox): Promise<void> {
  tx.inbox.push(...added);
  for (const row of updated) {
    await tx.em.execute(
      `update callbacks set outcome = ?, detail = ?, detail_en = ?, method = ?, platform_order_no = ?, transaction_id = ?, order_id = ?, answer = ?::json, topic = ?, problem = ?, semantic_key = ?, decided_at = ?
        where transport_key = ?`,
      [
        row.outcome,
        row.detail,
        row.detail_en,
        row.method,
        row.platform_order_no,
        row.transaction_id,
        row.order_id,
        row.answer === null ? null : JSON.stringify(row.answer),
        row.topic,
        row.problem,
        row.semantic_key,
        row.decided_at,
        row.transport_key,
      ],
      'run',
    );
    // After the row is held: whoever raises a case about it at this moment has committed by then.
    await settleCallback(tx, row.public_id, row.outcome, new Date(row.decided_at));
  }
}

/** What the gateway needs for the answer; repetitions get the first one. */
export const answerOf = (row: SeenRow): CallbackOutcome => ({
  outcome: row.outcome,
  decidedAt: new Date(row.decided_at).toISOString(),
  platformOrderNo: row.platform_order_no,
  method: row.method,
  payment: row.answer,
  problem: row.problem,
});
