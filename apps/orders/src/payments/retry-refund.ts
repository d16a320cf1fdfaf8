import type { RefundView } from '@orderbridge/contracts/orders-api';
import { Refused } from '../errors.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { lockRefund } from './lock-refund.ts';
import { readAskers } from './read-askers.ts';
import { whyNoRetry } from './refund-rules.ts';
import { refundView } from './refund-view.ts';

export type RetryRefundContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Plans another call of a refund that failed, at once and under the same number; the job makes it. When the end of an
 * earlier call is not known, the job asks the provider before it sends anything.
 * @throws NotFound, Refused with what `RefundView.retry` says
 */
export async function retryRefund(context: RetryRefundContext, { id }: { id: string }): Promise<RefundView> {
  return transact(context, async (tx) => {
    const { locked, refund } = await lockRefund(tx, id);
    const why = whyNoRetry(refund);
    if (why) throw new Refused('REFUSED', why.zh, why.en);

    const at = context.now();
    const { orderNumber } = locked.order;
    refund.tries = 0;
    refund.nextAttemptAt = at;
    refund.updatedAt = at;
    tx.audit.push({
      at,
      actor: context.by,
      action: 'refund_retried',
      resource_type: 'refund',
      resource_id: refund.publicId,
      detail: { orderNumber, amountFen: refund.amountFen, attempts: refund.attempts },
    });
    return refundView(
      refund,
      orderNumber,
      locked.payments.find((payment) => payment.id === refund.paymentId),
      { by: context.by, askersOf: await readAskers(tx.em, [refund]) },
    );
  });
}
