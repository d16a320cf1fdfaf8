import type { PaymentView } from '@orderbridge/contracts/orders-api';
import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { PaymentOrder, PaymentProvider, ProviderAnswer } from '../src/payments/providers/provider.ts';

/** How a payment stands at the provider of a test; `down` answers nothing, `unreachable` is never reached. */
export type Standing = Partial<PaymentNotice> | 'not_found' | 'down' | 'unreachable';

/** A provider that says what a test wants, payment by payment, and remembers what it was asked. */
export function scriptedProvider(name: PaymentView['method'] = 'generic') {
  const standings = new Map<string, Standing>();
  const calls: string[] = [];
  let beforeClose = (_payment: PaymentOrder): void => {};

  const standingOf = ({ providerOrderNo }: PaymentOrder): Standing =>
    standings.get(providerOrderNo) ?? { news: 'processing' };
  const outOfReach = (standing: Standing): ProviderAnswer<never> | undefined => {
    if (standing === 'down') return { outcome: 'uncertain', reason: { zh: '没有回答', en: 'no answer' } };
    if (standing === 'unreachable') return { outcome: 'not_sent', reason: { zh: '连不上', en: 'not reached' } };
    return undefined;
  };
  const noticeOf = (payment: PaymentOrder, said: Partial<PaymentNotice>): PaymentNotice => ({
    paymentId: payment.paymentId,
    providerOrderNo: payment.providerOrderNo,
    orderNumber: payment.orderNumber,
    news: 'processing',
    statusText: (said.news ?? 'processing').toUpperCase(),
    transactionId: said.news === 'succeeded' ? `T-${payment.paymentId}` : undefined,
    amountFen: payment.amountFen,
    ...said,
  });
  const notPlayed = () => Promise.reject(new Error('this test plays no refunds'));

  const provider: PaymentProvider = {
    name,
    prepay: async () => ({ outcome: 'answered', value: null }),
    async query(payment) {
      calls.push(`query ${payment.providerOrderNo}`);
      const standing = standingOf(payment);
      const failed = outOfReach(standing);
      if (failed) return failed;
      return { outcome: 'answered', value: typeof standing === 'string' ? 'not_found' : noticeOf(payment, standing) };
    },
    async close(payment) {
      calls.push(`close ${payment.providerOrderNo}`);
      beforeClose(payment);
      const standing = standingOf(payment);
      const failed = outOfReach(standing);
      if (failed) return failed;
      if (typeof standing !== 'string' && standing.news === 'succeeded')
        return { outcome: 'refused', code: 'ORDERPAID', reason: { zh: '已支付', en: 'paid already' } };
      standings.set(payment.providerOrderNo, { news: 'cancelled' });
      return { outcome: 'answered', value: 'closed' };
    },
    refund: notPlayed,
    queryRefund: notPlayed,
  };

  return {
    provider,
    /** Every call so far, oldest first, as `query <number>` or `close <number>`. */
    calls,
    says: (payment: Pick<PaymentView, 'providerOrderNo'>, standing: Standing) => {
      standings.set(payment.providerOrderNo, standing);
    },
    /** What happens between the question and the closing. */
    beforeClose: (happens: (payment: PaymentOrder) => void) => {
      beforeClose = happens;
    },
  };
}
