import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { NotAllowed } from '../errors.ts';
import { transact, type TransactContext, type Tx } from '../transaction.ts';
import { getOrder, orderNotFound } from './get-order.ts';
import { type LockedOrder, lockOrder } from './lock-orders.ts';

export type ActContext = TransactContext & {
  readonly now: () => Date;
  /** Who acts: `staff:<username>` or the name of a machine. */
  readonly by: string;
  readonly permissions: readonly Permission[];
  /** Called by a verb that sends money back, where a person must have given the password just now. @throws StepUpRequired */
  readonly requireFresh?: (() => void) | undefined;
  /** From how much, in fen, a second person has to approve a refund that staff open; undefined for never. */
  readonly twoPersonFromFen?: number | undefined;
};

/**
 * Locks one order, lets `act` do its part in one transaction, and answers the order as it is afterwards. What `act`
 * throws leaves nothing behind. `by` and `at` are the cause of whatever it does.
 * @throws NotFound
 */
export async function actOnOrder(
  context: ActContext,
  orderNumber: string,
  act: (tx: Tx, locked: LockedOrder, cause: { by: string; at: Date }) => Promise<void>,
): Promise<OrderView> {
  const { orm, now, by, permissions, twoPersonFromFen, within } = context;
  await transact(context, async (tx) => {
    const locked = await lockOrder(tx, orderNumber);
    if (!locked) throw orderNotFound(orderNumber);
    await act(tx, locked, { by, at: now() });
  });
  return getOrder(within?.em ?? orm.em.fork(), orderNumber, { now: now(), by, permissions, twoPersonFromFen });
}

/**
 * Lets only staff, and a storefront for the buyer it names, touch an order (R66).
 * @throws NotAllowed with the seeds' text
 */
export async function mustBeOwn(
  tx: Tx,
  { order }: LockedOrder,
  buyer: string | undefined,
  { permissions, anyOrder }: { permissions: readonly Permission[]; anyOrder: Permission },
): Promise<void> {
  if (permissions.includes(anyOrder) && buyer === undefined) return;
  const [row] = await tx.em.execute<{ buyer: string }[]>(`select buyer from orders where id = ?`, [order.id]);
  if (row?.buyer !== buyer) throw new NotAllowed('Not allowed', 'Not allowed');
}
