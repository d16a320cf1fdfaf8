import type { CallbackProblem } from '@orderbridge/contracts/callback-envelope';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import type { Applied, CallbackCause } from './apply-haier-notice.ts';
import type { MoneyCallback } from './read-callback.ts';

/**
 * Verified news of money that cannot be taken: it changes nothing, its row stays, and staff are told, because behind it
 * money may have moved (domain.md §2.6, R103). `problem` is undefined where no provider has a text for it.
 */
export async function keepUnreadable(
  tx: Tx,
  { kind, envelope, meaning }: MoneyCallback,
  order: { id: number; orderNumber: string } | undefined,
  problem: CallbackProblem | undefined,
  cause: CallbackCause,
): Promise<Applied> {
  const why = problem ? PROBLEMS[problem] : unknownOf(meaning.ok ? meaning.notice.statusText : undefined);
  const named = order?.orderNumber ?? (meaning.ok ? undefined : meaning.orderNumber);
  const subject = kind === 'refund' ? REFUND : PAYMENT;
  const detail: Text = {
    zh: `${envelope.provider} ${subject.zh}回调未入账：${why.zh}${named ? `（订单 ${named}）` : ''}`,
    en: `The ${envelope.provider} ${subject.en} callback was not taken: ${why.en}${named ? ` (order ${named})` : ''}`,
  };
  await raiseException(tx, {
    kind: 'parked_message',
    order: order ?? null,
    callbackId: cause.callbackId,
    dedupKey: `parked_message:${envelope.transportKey}`,
    detail,
    at: cause.at,
  });
  return { outcome: 'malformed', detail, ...(problem ? { problem } : {}) };
}

const PAYMENT: Text = { zh: '支付', en: 'payment' };
const REFUND: Text = { zh: '退款', en: 'refund' };

const unknownOf = (statusText: string | undefined): Text =>
  statusText === undefined
    ? { zh: '内容无法解读，已留存原文', en: 'its content cannot be interpreted; the original is kept' }
    : { zh: `未知的状态 ${statusText}`, en: `unknown status ${statusText}` };

const PROBLEMS: Record<CallbackProblem, Text> = {
  undecryptable: {
    zh: '回调资源解密失败，请核对 APIv3 密钥',
    en: 'its resource cannot be decrypted; check the APIv3 key',
  },
  merchant_mismatch: { zh: '商户号不匹配', en: 'it is for another merchant' },
  app_mismatch: { zh: 'appid 不匹配', en: 'it is for another app' },
  not_found: {
    zh: '未找到对应的记录，款项可能是在支付平台上直接操作的',
    en: 'nothing of ours matches it; the money may have been moved at the provider itself',
  },
  amount_unreadable: { zh: '金额字段解析失败', en: 'its amount cannot be read' },
  amount_mismatch: { zh: '金额不一致', en: 'its amount differs' },
  order_mismatch: { zh: '订单号不匹配', en: 'its numbers belong to different payments or orders' },
  not_updatable: { zh: '支付状态不可更新', en: 'the payment cannot change any more' },
};
