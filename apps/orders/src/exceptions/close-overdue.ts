import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { OrderState } from '@orderbridge/state-machine/order-transitions';
import type { Text } from '../text.ts';
import type { StateChangeRow, Tx } from '../transaction.ts';
import { closeExceptions } from './close-exceptions.ts';

/** Cases about an order that stands still (raise-overdue.ts). */
const OVERDUE_KINDS = ['push_overdue', 'confirmation_overdue'] as const satisfies readonly ExceptionKind[];
export type OverdueKind = (typeof OVERDUE_KINDS)[number];
/** Why a confirmation is overdue, in the key of its case: the platform has not even taken the push. */
export const NEVER_TAKEN = 'never_taken';

/** The states in which an order can have one. */
const STANDING: Readonly<Partial<Record<StateChangeRow['machine'], readonly string[]>>> = {
  order: ['paid'] satisfies OrderState[],
  haier: ['none', 'push_pending'] satisfies HaierState[],
};

/** Closes the cases of orders that this transaction moved on, all together: most transactions have none to look for. */
export async function closeOverdue(tx: Tx): Promise<void> {
  const moved = tx.stateChanges.filter(
    ({ machine, from_state, to_state }) => from_state !== to_state && STANDING[machine]?.includes(from_state),
  );
  const last = moved.at(-1);
  if (!last) return;
  const orderIds = [...new Set(moved.map(({ order_id }) => order_id))];
  await closeExceptions(tx, { orderIds, kinds: OVERDUE_KINDS }, MOVED_ON, last.at);
}

/** Closes the cases that say that the platform did not take these orders: it just did. */
export const closeNeverTaken = (tx: Tx, orderIds: readonly number[], at: Date): Promise<void> =>
  closeExceptions(
    tx,
    { orderIds, kinds: ['confirmation_overdue'], keyStart: `confirmation_overdue:${NEVER_TAKEN}:` },
    TAKEN,
    at,
  );

const TAKEN: Text = { zh: '平台已受理推送', en: 'The platform has taken the push' };
const MOVED_ON: Text = { zh: '订单状态已变化，不再等待', en: 'The order moved on and no longer waits' };
