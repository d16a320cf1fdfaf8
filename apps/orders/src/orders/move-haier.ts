import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type HaierEffect,
  type HaierFact,
  type HaierState,
  haierTransitions,
} from '@orderbridge/state-machine/haier-transitions';
import { type Cause, recordEvent, type Tx } from '../transaction.ts';
import type { MovedOrder } from './order.entity.ts';

/**
 * The only writer of `order.haierStatus`: decides by the table and writes state, history, audit and event. Effects are
 * named in the decision and carried out by the caller, who holds what they need (apply-haier-notice.ts).
 */
export function moveHaier(tx: Tx, order: MovedOrder, fact: HaierFact, cause: Cause): Decision<HaierState, HaierEffect> {
  const decision = decide(haierTransitions, order.haierStatus, fact);
  if (decision.outcome !== 'moved') return decision;

  order.haierStatus = decision.to;
  tx.stateChanges.push({
    machine: 'haier',
    order_id: order.id,
    subject_id: null,
    from_state: decision.from,
    to_state: decision.to,
    fact,
    by: cause.by,
    note: cause.note ?? null,
    callback_id: cause.callbackId ?? null,
    at: cause.at,
  });
  tx.audit.push({
    at: cause.at,
    actor: cause.by,
    action: 'haier_status_changed',
    resource_type: 'order',
    resource_id: order.orderNumber,
    detail: { from: decision.from, to: decision.to, fact },
  });
  recordEvent(tx, cause.at, 'haier.moved', order.orderNumber, { from: decision.from, to: decision.to, fact });
  return decision;
}
