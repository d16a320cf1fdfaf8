import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { isDatabaseUnavailable } from '../database-errors.ts';
import { type ApplyContext, applyCallbacks } from './apply-callbacks.ts';
import { countFailure } from './park-callback.ts';

const AT_ONCE = 50;
/** After a week no order of that number is coming. */
const TRIED_DAYS = 7;

/**
 * Applies callbacks that came before their order (design.md §3.8): an orphan whose number an order has meanwhile is
 * decided anew, as if it arrived now, each by itself so that one that fails holds up no other. Answers how many were
 * tried.
 */
export async function matchOrphans(context: ApplyContext): Promise<number> {
  const rows = await context.orm.em.fork().execute<OrphanRow[]>(
    `select c.public_id, c.provider, c.transport_key, c.secret, c.received_at, c.source, c.path, c.content_type, c.body
       from callbacks c join orders o on o.order_number = c.platform_order_no
      where c.outcome = 'orphan' and c.provider = 'haier' and c.received_at > now() - interval '${TRIED_DAYS} days' order by c.id limit ${AT_ONCE}`,
  );
  for (const envelope of rows.map(envelopeOf)) {
    try {
      await applyCallbacks(context, [envelope]);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      await countFailure(context, envelope, error);
    }
  }
  return rows.length;
}

type OrphanRow = {
  public_id: string;
  provider: CallbackEnvelope['provider'];
  transport_key: string;
  secret: CallbackEnvelope['secret'];
  received_at: string;
  source: string;
  path: string;
  content_type: string;
  body: string;
};

const envelopeOf = (row: OrphanRow): CallbackEnvelope => ({
  id: row.public_id,
  provider: row.provider,
  transportKey: row.transport_key,
  secret: row.secret,
  late: false,
  receivedAt: new Date(row.received_at).toISOString(),
  source: row.source,
  path: row.path,
  contentType: row.content_type,
  body: row.body,
});
