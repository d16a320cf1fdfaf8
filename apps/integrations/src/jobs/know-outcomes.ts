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
 * refused as a repetition, that is a refusal and no sign that it got through.
 */
export async function knowOutcomes({ em }: Tx, events: readonly OrderEvent[]): Promise<void> {
  const answered = events.flatMap((event) => {
    const kind = event.type === 'haier.moved' ? NO_TO[event.data.fact as HaierPlatformFact] : undefined;
    return kind ? [{ order_number: event.subject, kind }] : [];
  });
  if (answered.length === 0) return;
  await em.execute(
    `update jobs j set outcome_unknown = false
       from json_to_recordset(?::json) as r(order_number text, kind text)
      where j.order_number = r.order_number and j.kind = r.kind and j.outcome_unknown and j.state <> 'running'`,
    [JSON.stringify(answered)],
    'run',
  );
}
