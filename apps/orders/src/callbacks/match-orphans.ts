import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import { type ApplyContext, applyCallbacks } from './apply-callbacks.ts';
import { countFailure } from './park-callback.ts';

const AT_ONCE = 50;
/** After a week no order of that number is coming. */
const TRIED_MS = 7 * 24 * 3_600_000;
/** A payment that was being opened while its callback was decided could not be seen yet; this is longer than that takes. */
const UNSEEN = `interval '1 minute'`;

/**
 * Applies callbacks that came before their order or payment (design.md §3.8): an orphan whose number an order, or a
 * payment of that provider, has meanwhile is decided anew, as if it arrived now, each by itself so that one that fails
 * holds up no other. Answers how many were tried.
 */
export async function matchOrphans(context: ApplyContext): Promise<number> {
  const rows = await context.orm.em.fork().execute<OrphanRow[]>(
    `select c.public_id, c.provider, c.transport_key, c.secret, c.received_at, c.source, c.path, c.content_type, c.body
       from callbacks c
      where c.outcome = 'orphan' and c.topic is distinct from 'refund' and c.received_at > ?
        and case when c.provider = 'haier'
              then exists (select 1 from orders o where o.order_number = c.platform_order_no)
              else exists (select 1 from payments p join orders o on o.id = p.order_id
                            where p.method = c.provider and p.created_at > c.decided_at - ${UNSEEN}
                              and (p.provider_order_no = c.platform_order_no or o.order_number = c.platform_order_no))
            end
      order by c.id limit ${AT_ONCE}`,
    [new Date(context.now().getTime() - TRIED_MS)],
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
