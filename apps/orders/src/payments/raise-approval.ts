import { formatFen } from '@orderbridge/contracts/money';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Cause, Tx } from '../transaction.ts';
import type { Refund } from './refund.entity.ts';

/** Puts a large refund that a person asked for before a second one. */
export async function raiseApproval(
  tx: Tx,
  { order, payments }: LockedOrder,
  { publicId, paymentId, refundNo, amountFen }: Refund,
  { by, at, note }: Cause,
): Promise<void> {
  const sum = formatFen(amountFen);
  await raiseException(tx, {
    kind: 'refund_to_approve',
    order,
    paymentId: payments.find(({ id }) => id === paymentId)?.publicId,
    refundId: publicId,
    // One that was declined may be asked for again.
    dedupKey: `refund_to_approve:${publicId}:${at.toISOString()}`,
    detail: {
      zh: `${by} 申请退款 ${refundNo}（${sum}），须由另一人批准后才会发出${note ? `：${note.zh}` : ''}`,
      en: `${by} asked for refund ${refundNo} (${sum}); it is sent once another person has approved it${note ? `: ${note.en}` : ''}`,
    },
    at,
  });
}
