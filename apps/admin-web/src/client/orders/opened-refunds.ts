import type { RefundView } from '@orderbridge/contracts/orders-api';

type Refund = Pick<RefundView, 'id' | 'withdrawnAt'> & {
  readonly approval: Pick<NonNullable<RefundView['approval']>, 'awaited'> | null;
};

/** Whether a call that left these refunds opened one that waits for a second person; others may have waited before. */
export function opensAwaiting(before: readonly Refund[], after: readonly Refund[]): boolean {
  const awaits = ({ approval, withdrawnAt }: Refund) => approval?.awaited === true && withdrawnAt === null;
  const awaited = new Set(before.filter(awaits).map(({ id }) => id));
  return after.some((refund) => awaits(refund) && !awaited.has(refund.id));
}
