import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackItem, CallbackView } from '@orderbridge/contracts/orders-api';
import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import { parseTopLevel } from '@orderbridge/contracts/parse-form';
import { NotFound } from '../errors.ts';
import { maskOptional, type PersonalData } from '../orders/mask.ts';
import { maskBody, maskField } from './mask-body.ts';
import { readFields } from './read-callback.ts';

/** Columns of a list row, for `callbacks c left join orders o`. */
export const CALLBACK_COLUMNS = `c.id, c.public_id, c.provider, c.topic, c.method, coalesce(o.order_number, c.platform_order_no) as order_number,
  c.outcome, c.detail, c.detail_en, c.received_at, c.decided_at, c.source, c.replays, o.contact_name, o.phone, o.address_detail`;

export type CallbackRow = {
  id: string;
  public_id: string;
  provider: string;
  topic: CallbackItem['topic'];
  method: string | null;
  order_number: string | null;
  outcome: CallbackOutcomeName;
  detail: string | null;
  detail_en: string | null;
  received_at: string;
  decided_at: string;
  source: string;
  replays: number;
  /** What the order says of a person, to be hidden wherever it is quoted; null when there is no order. */
  contact_name: string | null;
  phone: string | null;
  address_detail: string | null;
};

export const callbackItem = (row: CallbackRow): CallbackItem => ({
  id: row.public_id,
  provider: row.provider,
  topic: row.topic,
  method: row.method,
  orderNumber: row.order_number,
  outcome: row.outcome,
  detail: maskOptional(row.detail, personOf(row)),
  detailEn: maskOptional(row.detail_en, personOf(row)),
  receivedAt: new Date(row.received_at).toISOString(),
  decidedAt: new Date(row.decided_at).toISOString(),
  source: row.source,
  replays: row.replays,
});

export const personOf = ({ contact_name, phone, address_detail }: CallbackRow): PersonalData | undefined =>
  contact_name === null || phone === null || address_detail === null
    ? undefined
    : { contactName: contact_name, phone, addressDetail: address_detail };

/**
 * A callback whole: body and decoded fields with personal data masked, and every replay.
 * @throws NotFound
 */
export async function getCallback(em: SqlEntityManager, id: string): Promise<CallbackView> {
  const [row] = await em.execute<(CallbackRow & WholeRow)[]>(
    `select ${CALLBACK_COLUMNS}, c.transport_key, c.path, c.content_type, c.body, c.secret, c.signature_headers
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
    secret: row.secret === 'none' ? null : row.secret,
    headers: Object.entries(row.signature_headers ?? {}).map(([name, value]) => ({ name, value })),
    body: maskBody({ contentType: row.content_type, body: row.body }, personOf(row)),
    fields: fieldsOf(row).map(({ name, value }) => ({ name, value: maskField(name, value, personOf(row)) })),
    replayLog: replays.map((replay) => ({
      ...replay,
      reason: maskOptional(replay.reason, personOf(row)),
      at: new Date(replay.at).toISOString(),
    })),
  };
}

type WholeRow = {
  transport_key: string;
  path: string;
  content_type: string;
  body: string;
  secret: 'current' | 'previous' | 'none';
  signature_headers: Record<string, string> | null;
};

export function fieldsOf(row: {
  provider: string;
  content_type: string;
  body: string;
}): { name: string; value: string }[] {
  try {
    // What WeChat sealed stays sealed here; the outcome says what it meant.
    const fields =
      row.provider === 'wechat'
        ? (parseTopLevel(row.body) ?? {})
        : readFields({ contentType: row.content_type, body: row.body });
    return Object.entries(fields).map(([name, value]) => ({ name, value }));
  } catch {
    // A refused sample may be anything; the raw body is shown beside.
    return [];
  }
}
