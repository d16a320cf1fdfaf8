import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import type { Text } from '../text.ts';
import type { Claim } from './claim-jobs.ts';

/** How a job ends that is not called for any more. */
export type NoCall = { readonly state: 'done' | 'refused'; readonly detail: Text };

const WAITING = { push: 'push_pending', cancel: 'cancel_pending' } as const satisfies Record<JobView['kind'], string>;

const NEWS_OF_REFUSAL: ReadonlySet<PushOrder['haierStatus']> = new Set(['none', 'failed', 'cancel_failed']);

/** Says why the platform is not called for an order (any more); undefined while the order waits for this very request. */
export function whyNoCall(
  order: PushOrder | null,
  { kind, round, orderNumber, attempts }: Pick<Claim, 'kind' | 'round' | 'orderNumber' | 'attempts'>,
): NoCall | undefined {
  if (!order) return { state: 'refused', detail: noSuchOrder(orderNumber) };
  if (order.round === round && order.haierStatus === WAITING[kind]) return undefined;
  // The platform's callback was faster than the answer to a call of ours, which has arrived then.
  const isTold = order.round === round && attempts > 0 && !NEWS_OF_REFUSAL.has(order.haierStatus);
  return isTold ? { state: 'done', detail: TOLD_BY_CALLBACK } : { state: 'refused', detail: OVERTAKEN };
}

const noSuchOrder = (orderNumber: string): Text => ({
  zh: `订单 ${orderNumber} 不存在`,
  en: `There is no order ${orderNumber}`,
});
const OVERTAKEN: Text = {
  zh: '订单已不再等待这次请求，未再调用易理货',
  en: 'The order no longer waits for this request; YLH was not called again',
};
const TOLD_BY_CALLBACK: Text = { zh: '平台回调已给出结果', en: 'The platform has told the outcome by callback' };
