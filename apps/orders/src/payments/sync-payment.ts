import type { z } from 'zod';
import type { paymentApi } from '@orderbridge/contracts/orders-api';
import { NotAnswered, Refused } from '../errors.ts';
import type { Text } from '../text.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { applyPaymentAnswer, LEARNED_BY_ASKING } from './apply-payment-answer.ts';
import { isOpen, noteAsked } from './ask-schedule.ts';
import { findPayments, type FoundPayment, paymentOrder } from './find-payments.ts';
import { paymentNotFound } from './get-payment.ts';
import { lockPayment } from './lock-payment.ts';
import { paymentView } from './payment-view.ts';
import type { PaymentProvider, PaymentProviders } from './providers/provider.ts';
import { closeUnclear } from './raise-unclear.ts';

export type SyncPaymentContext = TransactContext & {
  readonly now: () => Date;
  readonly by: string;
  readonly providers: PaymentProviders;
};

export type SyncedPayment = z.output<typeof paymentApi.sync.output>;

/**
 * Asks the provider what became of a payment and applies the answer by the rules of a callback (R104).
 * @throws NotFound; Refused with PAYMENT_METHOD_UNAVAILABLE when the provider cannot be called from here, with
 * PAYMENT_PROVIDER_FAILED when it refuses to say; NotAnswered when it did not answer (R155)
 */
export async function syncPayment(context: SyncPaymentContext, { id }: { id: string }): Promise<SyncedPayment> {
  const em = context.orm.em.fork();
  const [found] = await findPayments(em, { publicId: id });
  if (!found) throw paymentNotFound();
  const { method } = found.payment;
  const provider = context.providers.get(method);
  if (!provider)
    throw new Refused(
      'PAYMENT_METHOD_UNAVAILABLE',
      `支付方式 ${method} 没有可查询的支付平台，请等待回调或人工核实`,
      `Payment method ${method} has no provider that can be asked from here; wait for its callback or check by hand`,
    );
  const said = await ask(provider, found);
  const at = context.now();
  if (said === 'not_found') {
    await transact(context, async (tx) => {
      await noteAsked(tx.em, found.payment, at);
      if (!isOpen(found.payment)) await closeUnclear(tx, found.payment, at);
    });
    return { ...paymentView(found.payment, found.orderNumber), changed: false, ...inBoth(NOT_FOUND) };
  }
  return transact(context, async (tx) => {
    const locked = await lockPayment(tx, found.payment);
    const { payment } = locked;
    const before = [payment.status, payment.paidAt, payment.transactionId];
    const refunds = locked.locked.refunds.length;
    const { by } = context;
    const applied = await applyPaymentAnswer(tx, locked, said, { by, at, note: LEARNED_BY_ASKING });
    tx.audit.push({
      at,
      actor: by,
      action: 'payment_synced',
      resource_type: 'payment',
      resource_id: payment.publicId,
      detail: { orderNumber: found.orderNumber, said: said.statusText, outcome: applied.outcome },
    });
    const after = [payment.status, payment.paidAt, payment.transactionId];
    const changed = locked.locked.refunds.length > refunds || after.some((value, index) => value !== before[index]);
    return { ...paymentView(payment, found.orderNumber), changed, ...inBoth(applied.detail ?? NOTHING_NEW) };
  });
}

const NOT_FOUND: Text = {
  zh: '支付平台没有这笔支付的记录，未改变任何内容',
  en: 'The payment provider has no record of this payment; nothing was changed',
};
const NOTHING_NEW: Text = { zh: '没有新的结果', en: 'There is nothing new' };

async function ask(provider: PaymentProvider, found: FoundPayment) {
  const answer = await provider.query(paymentOrder(found));
  if (answer.outcome === 'answered') return answer.value;
  if (answer.outcome === 'refused') throw new Refused('PAYMENT_PROVIDER_FAILED', answer.reason.zh, answer.reason.en);
  throw new NotAnswered();
}

const inBoth = ({ zh, en }: Text) => ({ detail: zh, detailEn: en });
