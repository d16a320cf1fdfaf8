import { type Cause, transact, type TransactContext } from '../transaction.ts';
import { applyPaymentAnswer, LEARNED_BY_ASKING } from './apply-payment-answer.ts';
import { ASK_LEASE_MS, GRACE_MS, nextAskAt } from './ask-schedule.ts';
import { type Ending, endAtProvider } from './end-at-provider.ts';
import { HOLDS_MONEY } from '../orders/holds-money.ts';
import { findPayments, type FoundPayment, paymentOrder } from './find-payments.ts';
import { lockPayment } from './lock-payment.ts';
import { movePayment } from './move-payment.ts';
import type { PaymentProviders } from './providers/provider.ts';
import type { OrdersLog } from '../log.ts';

export type AskProvidersContext = TransactContext & {
  readonly now: () => Date;
  readonly providers: PaymentProviders;
  readonly log: OrdersLog;
};

const CLAIM = 8;
const EXPIRED = { zh: '支付已过期', en: 'The payment expired' };

/**
 * Expires payments whose time is over while nothing else ends them: those of an order that no longer waits for them, and
 * of a pending one that is not cancelled because money of another payment is still on its way back. Every other pending
 * order ends its own with cancel-unpaid.ts. The provider is asked and closes its side first; one that
 * says nothing keeps the payment open for 30 minutes at most. Each is leased, so that two processes do not ask at once.
 * Answers how many were taken up.
 */
export async function expirePayments(context: AskProvidersContext, signal?: AbortSignal): Promise<number> {
  let taken = 0;
  for (;;) {
    const ids = await claim(context);
    const found = ids.length > 0 ? await findPayments(context.orm.em.fork(), { id: { $in: ids } }) : [];
    await Promise.all(found.map((payment) => expireOrLog(context, payment)));
    taken += ids.length;
    if (ids.length < CLAIM || signal?.aborted) return taken;
  }
}

async function claim({ orm, now }: AskProvidersContext): Promise<number[]> {
  const at = now();
  const rows = await orm.em.fork().execute<{ id: string }[]>(
    `update payments set asked_at = ?, ask_at = ? where id in (
       select p.id from payments p join orders o on o.id = p.order_id
        where p.status in ('init', 'processing') and p.expires_at < ? and (o.status <> 'pending' or ${HOLDS_MONEY})
          and (p.asked_at is null or p.asked_at <= p.expires_at or p.ask_at is null or p.ask_at <= ?)
        order by p.expires_at limit ${CLAIM} for update of p skip locked)
     returning id`,
    [at, new Date(at.getTime() + ASK_LEASE_MS), at, at],
  );
  return rows.map((row) => Number(row.id));
}

async function expireOrLog(context: AskProvidersContext, found: FoundPayment): Promise<void> {
  try {
    const provider = context.providers.get(found.payment.method);
    const ending: Ending = provider ? await endAtProvider(provider, paymentOrder(found)) : { outcome: 'closed' };
    await settle(context, found, ending);
  } catch (error) {
    context.log.warn('payment not expired', { id: found.payment.publicId, orderNumber: found.orderNumber }, error);
  }
}

async function settle(context: AskProvidersContext, { payment: { id, orderId } }: FoundPayment, ending: Ending) {
  const cause: Cause = { by: 'system', at: context.now() };
  await transact(context, async (tx) => {
    const found = await lockPayment(tx, { id, orderId });
    const { locked, payment } = found;
    if (ending.outcome === 'paid') {
      await applyPaymentAnswer(tx, found, ending.notice, { ...cause, note: LEARNED_BY_ASKING });
      return;
    }
    const isSure = ending.outcome === 'closed';
    if (!isSure && cause.at.getTime() <= payment.expiresAt.getTime() + GRACE_MS) {
      payment.askAt = nextAskAt(payment, cause.at);
      return;
    }
    await movePayment(tx, locked, payment, 'window_closed', { ...cause, note: EXPIRED });
    // What may still be paid is closed at the provider later (reconcile-payments.ts).
    payment.askAt = isSure ? null : cause.at;
  });
}
