import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { OrderEvent } from '@orderbridge/contracts/order-events';
import type { HaierPlatformFact } from '@orderbridge/state-machine/haier-transitions';
import type { Tx } from '../transaction.ts';

/** The platform's no by callback, and the kind of request that it answers. */
const NO_TO: Readonly<Partial<Record<HaierPlatformFact, JobView['kind']>>> = {
  order_rejected: 'push',
  cancel_refused: 'cancel',
  cancelled_in_part: 'cancel',
};

/**
 * Once the platform has said no by callback, what became of the requests before it is known: when the next round is then
 * refused as a repetition, that is a refusal and no sign that it got through. Of a newer round an old no says nothing.
 */
export async function knowOutcomes({ em }: Tx, events: readonly OrderEvent[]): Promise<void> {
  const answered = events.flatMap((event) => {
    if (event.type !== 'haier.moved') return [];
    const { fact, round } = event.data;
    const kind = NO_TO[fact as HaierPlatformFact];
    return kind ? [{ order_number: event.subject, kind, round }] : [];
  });
  if (answered.length === 0) return;
  await em.execute(
    `update jobs j set outcome_unknown = false
       from json_to_recordset(?::json) as r(order_number text, kind text, round integer)
      where j.order_number = r.order_number and j.kind = r.kind and j.outcome_unknown and j.state <> 'running'
        and (r.round is null or j.round <= r.round)`,
    [JSON.stringify(answered)],
    'run',
  );
}
