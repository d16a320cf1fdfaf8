import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import { type ApplyContext, applyCallbacks } from './apply-callbacks.ts';
import { countFailure } from './park-callback.ts';
import { ENVELOPE_COLUMNS, type EnvelopeRow, storedEnvelope } from './stored-callback.ts';

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
  const rows = await context.orm.em.fork().execute<EnvelopeRow[]>(
    `select ${ENVELOPE_COLUMNS}
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
  for (const envelope of rows.map(storedEnvelope)) {
    try {
      await applyCallbacks(context, [envelope]);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      await countFailure(context, envelope, error);
    }
  }
  return rows.length;
}
