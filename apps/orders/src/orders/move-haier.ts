import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type HaierEffect,
  type HaierFact,
  type HaierState,
  haierTransitions,
} from '@orderbridge/state-machine/haier-transitions';
import type { Cause, Tx } from '../transaction.ts';
import type { MovedOrder } from './moved-order.ts';
import { recordMove } from './record-move.ts';

/**
 * The only writer of `order.haierStatus`: decides by the table and writes state, history, audit and event. Effects are
 * named in the decision and carried out by the caller, who holds what they need (apply-haier-notice.ts). `batchId` names
 * the bulk push that asks for it; `approvalFromFen` is kept with a wish to cancel (read-cancel-wish.ts).
 */
export function moveHaier(
  tx: Tx,
  order: MovedOrder,
  fact: HaierFact,
  cause: Cause,
  {
    batchId,
    approvalFromFen,
  }: { readonly batchId?: string | undefined; readonly approvalFromFen?: number | undefined } = {},
): Decision<HaierState, HaierEffect> {
  const decision = decide(haierTransitions, order.haierStatus, fact);
  if (decision.outcome !== 'moved') return decision;

  order.haierStatus = decision.to;
  // A request of ours starts a new round: news about it is not a repetition of news about the one before.
  if (fact === 'push_requested' || fact === 'cancel_requested') order.haierRound += 1;
  // A number belongs to the push that it answered; another one may be given to this.
  if (fact === 'push_requested') order.haierOrderNo = null;
  recordMove(
    tx,
    {
      machine: 'haier',
      order,
      subjectId: null,
      from: decision.from,
      to: decision.to,
      fact,
      action: 'haier_status_changed',
      event: 'haier.moved',
      data: {
        from: decision.from,
        to: decision.to,
        fact,
        round: order.haierRound,
        ...(batchId === undefined ? {} : { batchId }),
      },
      ...(approvalFromFen === undefined ? {} : { audited: { approvalFromFen } }),
    },
    cause,
  );
  return decision;
}
