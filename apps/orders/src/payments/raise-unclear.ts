import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { raiseException } from '../exceptions/raise-exception.ts';
import { inSentence, PAYMENT_STATE_NAMES } from '../orders/state-names.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import type { LockedPayment } from './lock-payment.ts';
import type { Payment } from './payment.entity.ts';

/**
 * Puts a payment before staff that was ended here while its provider never said whether it took money. Nobody asks any
 * more by itself; `why` is the last answer. Answers whether the case is a new one.
 */
export function raiseUnclear(tx: Tx, { locked, payment }: LockedPayment, why: Text, at: Date): Promise<boolean> {
  const { publicId, providerOrderNo, method, status } = payment;
  const standing = inSentence(PAYMENT_STATE_NAMES[status]);
  return raiseException(tx, {
    kind: 'payment_unclear',
    order: locked.order,
    paymentId: publicId,
    dedupKey: `payment_unclear:${publicId}`,
    detail: {
      zh: `支付 ${providerOrderNo}（${method}，ID ${publicId}）在本系统的状态为“${standing.zh}”，24 小时内支付平台未给出确定结果：${why.zh}。请执行 payment.sync 再次查询，或登录支付平台核实是否已收款`,
      en: `Payment ${providerOrderNo} (${method}, id ${publicId}) is ${standing.en} here, and for 24 hours its provider gave no certain answer: ${why.en}. Run payment.sync to ask again, or look at the provider whether money came`,
    },
    at,
  });
}

/** Closes the case about a payment whose provider has said after all whether it took money. */
export const closeUnclear = (tx: Tx, { publicId }: Payment, at: Date): Promise<void> =>
  closeExceptions(
    tx,
    { paymentId: publicId, kinds: ['payment_unclear'] },
    { zh: '支付平台已给出确定结果', en: 'The payment provider has given a certain answer' },
    at,
  );
