import type { NotAnswered } from '../http/answers.ts';

/**
 * Whether YLH refuses an order because its `soId` is there already (R19). The words are not documented: it takes one
 * for "again" and one for what it is about, so that other things that exist twice do not count.
 */
export const isRepeatedOrder = (answer: NotAnswered): boolean =>
  says(answer, /重复|已存在|已经存在|已接收|已推送|already|duplicate|repeated/i) &&
  says(answer, /so[\s_-]?id|订单|单号|order|online[\s_-]?no/i);

/** Whether YLH refuses to cancel because that was asked for before, or done. */
export const isRepeatedCancel = (answer: NotAnswered): boolean =>
  says(answer, /重复|已取消|已经取消|取消中|already|duplicate|repeated/i) && says(answer, /取消|cancel/i);

const says = (answer: NotAnswered, words: RegExp): boolean =>
  answer.outcome === 'refused' && answer.why === 'upstream' && words.test(answer.detail.zh);
