import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackItem, CallbackView } from '@orderbridge/contracts/orders-api';
import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import { NotFound } from '../errors.ts';
import { readFields } from './read-callback.ts';

/** Columns of a list row, for `callbacks c left join orders o`. */
export const CALLBACK_COLUMNS = `c.id, c.public_id, c.provider, c.method, coalesce(o.order_number, c.platform_order_no) as order_number,
  c.outcome, c.detail, c.detail_en, c.received_at, c.decided_at, c.source, c.replays`;

export type CallbackRow = {
  id: string;
  public_id: string;
  provider: string;
  method: string | null;
  order_number: string | null;
  outcome: CallbackOutcomeName;
  detail: string | null;
  detail_en: string | null;
  received_at: string;
  decided_at: string;
  source: string;
  replays: number;
};

export const callbackItem = (row: CallbackRow): CallbackItem => ({
  id: row.public_id,
  provider: row.provider,
  method: row.method,
  orderNumber: row.order_number,
  outcome: row.outcome,
  detail: row.detail,
  detailEn: row.detail_en,
  receivedAt: new Date(row.received_at).toISOString(),
  decidedAt: new Date(row.decided_at).toISOString(),
  source: row.source,
  replays: row.replays,
});

/**
 * A callback whole: the body as received, decoded fields and every replay.
 * @throws NotFound
 */
export async function getCallback(em: SqlEntityManager, id: string): Promise<CallbackView> {
  const [row] = await em.execute<
    (CallbackRow & { transport_key: string; path: string; content_type: string; body: string })[]
  >(
    `select ${CALLBACK_COLUMNS}, c.transport_key, c.path, c.content_type, c.body
       from callbacks c left join orders o on o.id = c.order_id where c.public_id = ?`,
    [id],
  );
  if (!row) throw new NotFound('回调记录不存在', 'There is no such callback');
  const replays = await em.execute<{ at: string; by: string; outcome: CallbackOutcomeName; reason: string | null }[]>(
    `select at, by, outcome, reason from callback_replays where callback_id = ? order by id`,
    [row.id],
  );
  return {
    ...callbackItem(row),
    transportKey: row.transport_key,
    path: row.path,
    contentType: row.content_type,
    body: row.body,
    fields: fieldsOf(row),
    replayLog: replays.map((replay) => ({ ...replay, at: new Date(replay.at).toISOString() })),
  };
}

function fieldsOf(row: { content_type: string; body: string }): { name: string; value: string }[] {
  try {
    return Object.entries(readFields({ contentType: row.content_type, body: row.body })).map(([name, value]) => ({
      name,
      value,
    }));
  } catch {
    // A refused sample may be anything; the raw body is shown beside.
    return [];
  }
}
