import type { NotAnswered } from '../http/answers.ts';

/**
 * Whether YLH refuses an order because its `soId` is there already (R19). Its words for that are not documented, so this
 * is a guess: one word for "again", and one for what is there again. That is the number itself, or the order, unless
 * something in it is meant. `words` are an installation's own (`YLH_REPEATED_WORDS`), each of which is enough.
 */
export const isRepeatedOrder = (answer: NotAnswered, soId: string, words: readonly string[]): boolean =>
  saysOneOf(answer, words) ||
  (says(answer, /重复|已经?(存在|接[收单]|推送|提交|受理|创建)|唯一|already|duplicat|repeat|unique/i) &&
    (saysOneOf(answer, [soId]) ||
      says(answer, /so[\s_-]?id|单号|online[\s_-]?no/i) ||
      (says(answer, /订单|order|提交|推送/i) && !says(answer, PART_OF_IT))));

/** What an order consists of, which may be there twice as well. */
const PART_OF_IT = /商品|产品|型号|product|sku|手机|电话|地址/i;

/** Whether YLH refuses to cancel because that was asked for before, or done. */
export const isRepeatedCancel = (answer: NotAnswered): boolean =>
  says(answer, /重复|已经?(取消|撤销|作废)|(取消|撤销)中|already|duplicat|repeat/i) &&
  says(answer, /取消|撤销|作废|cancel/i);

const says = (answer: NotAnswered, words: RegExp): boolean =>
  answer.outcome === 'refused' && answer.why === 'upstream' && words.test(answer.detail.zh);

const saysOneOf = (answer: NotAnswered, words: readonly string[]): boolean =>
  answer.outcome === 'refused' &&
  answer.why === 'upstream' &&
  words.some((word) => answer.detail.zh.toLowerCase().includes(word.toLowerCase()));
