import type { MikroORM } from '@mikro-orm/postgresql';
import type { RefusedCallback } from '@orderbridge/contracts/callback-envelope';
import { insertRows } from '../transaction.ts';
import { INBOX_COLUMNS, type InboxRow } from './inbox.ts';

/** How many refused requests are kept; the oldest go first. */
const KEPT = 10_000;

/** Keeps samples of refused requests for the signature debugger; they are never applied (R61). */
export async function keepRefused(orm: MikroORM, samples: readonly RefusedCallback[]): Promise<void> {
  const em = orm.em.fork();
  const rows = samples.map((sample): InboxRow => ({
    public_id: sample.id,
    provider: sample.provider,
    transport_key: `refused:${sample.id}`,
    semantic_key: null,
    outcome: 'refused',
    detail: `拒绝：${sample.reason}`,
    method: null,
    platform_order_no: null,
    order_id: null,
    answer: null,
    secret: 'none',
    source: sample.source,
    path: sample.path,
    content_type: sample.contentType,
    // A refused body may be anything; PostgreSQL takes no NUL in text.
    body: Buffer.from(sample.bodyBase64, 'base64').toString('utf8').replaceAll('\u0000', '\u2400'),
    late: false,
    received_at: sample.receivedAt,
    decided_at: sample.receivedAt,
  }));
  const known = await em.execute<{ public_id: string }[]>(`select public_id from callbacks where public_id in (?)`, [
    rows.map((row) => row.public_id),
  ]);
  const fresh = rows.filter((row) => !known.some(({ public_id }) => public_id === row.public_id));
  if (fresh.length > 0) await insertRows(em, 'callbacks', INBOX_COLUMNS, fresh);
}

/** Removes refused samples beyond the newest 10,000. Answers how many went. */
export async function pruneRefused(orm: MikroORM): Promise<number> {
  const gone = await orm.em.fork().execute<{ id: string }[]>(
    `delete from callbacks where outcome = 'refused'
        and id < (select min(id) from (select id from callbacks where outcome = 'refused' order by id desc limit ${KEPT}) newest) returning id`,
  );
  return gone.length;
}
