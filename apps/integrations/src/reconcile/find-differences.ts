import type { Difference, JobView } from '@orderbridge/contracts/integrations-api';
import type { ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import { formatFen } from '@orderbridge/contracts/money';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { ANSWER_DUE_MS } from '../jobs/job-view.ts';
import type { Text } from '../text.ts';

/** The newest request of ours about an order. */
export type LatestJob = Pick<JobView, 'id' | 'kind' | 'state' | 'detail' | 'detailEn'> & { readonly round: number };

/** What the three sides say about one order. */
export type Known = {
  readonly order: ReconcileOrder;
  readonly job: LatestJob | undefined;
  /** Parcels at YLH; undefined when it was not asked, or did not answer. */
  readonly parcels: readonly LogisticsItem[] | undefined;
};

/** A difference that nobody has tried to settle yet. */
export type Finding = Omit<Difference, 'repaired' | 'problem' | 'problemEn'>;

/**
 * Everything on which the three sides disagree about one order, each with the one verb that settles it for certain.
 * Where a person has to look first there is none.
 */
export function findDifferences(known: Known, now: Date): Finding[] {
  const { order } = known;
  const sides = { orderNumber: order.orderNumber, local: localOf(order), ylh: ylhOf(known), payment: paymentOf(order) };
  return RULES.flatMap((rule) => rule(known, now) ?? []).map(({ kind, detail, repair }) => ({
    ...sides,
    kind,
    detail: detail.zh,
    detailEn: detail.en,
    repair,
  }));
}

/** Whether YLH's parcels would tell something about this order that nobody else knows. */
export const isWorthAsking = ({ status, haierStatus }: ReconcileOrder): boolean =>
  (status === 'paid' || status === 'cancelled') &&
  (ALIVE_THERE.includes(haierStatus) || haierStatus === 'cancel_pending');

type Found = Pick<Difference, 'kind' | 'repair'> & { readonly detail: Text };
type Rule = (known: Known, now: Date) => Found | undefined;

const ALIVE_THERE: readonly string[] = [
  'push_pending',
  'confirmed',
  'out_of_stock_failed',
  'out_of_stock',
  'cancel_failed',
  'partially_cancelled',
];

const paidNotPushed: Rule = ({ order: { status, haierStatus, hasHaierLines } }) => {
  if (status !== 'paid' || !hasHaierLines) return undefined;
  if (haierStatus === 'none')
    return {
      kind: 'paid_not_pushed',
      repair: 'push',
      detail: { zh: '订单已付款但未推送', en: 'The order is paid and was never pushed' },
    };
  if (haierStatus === 'failed')
    return {
      kind: 'paid_not_pushed',
      repair: null,
      detail: {
        zh: '订单已付款但推送失败：请先处理失败原因，再重新推送',
        en: 'The order is paid and its push failed: settle the cause first, then push it again',
      },
    };
  return undefined;
};

const pushWithoutAnswer: Rule = ({ order, job, parcels }, now) => {
  if (order.haierStatus !== 'push_pending' || order.status === 'cancelled' || !isDue(order, now)) return undefined;
  // Parcels are an answer too; what they mean is another rule's.
  if (parcels && parcels.length > 0) return undefined;
  return withoutAnswer('push_without_answer', 'push', order, job);
};

const cancelWithoutAnswer: Rule = ({ order, job }, now) =>
  order.haierStatus === 'cancel_pending' && isDue(order, now)
    ? withoutAnswer('cancel_without_answer', 'cancel', order, job)
    : undefined;

/** A request that is still being made is no difference; one that ended without the order hearing of it is. */
function withoutAnswer(
  kind: 'push_without_answer' | 'cancel_without_answer',
  of: LatestJob['kind'],
  { round }: ReconcileOrder,
  job: LatestJob | undefined,
): Found | undefined {
  const [zh, en] = of === 'push' ? ['推送', 'push'] : ['取消', 'cancel'];
  // One of an earlier round was another request.
  if (job?.kind !== of || job.round < round)
    return {
      kind,
      repair: 'plan_job',
      detail: {
        zh: `没有${zh}任务的记录：需按原编号重新安排，平台只受理一次`,
        en: `No job of this ${en} is on record: it is planned anew under its number, which the platform takes once`,
      },
    };
  switch (job.state) {
    case 'waiting':
    case 'running':
    case 'paused':
      return undefined;
    case 'done':
      return {
        kind,
        repair: null,
        detail: {
          zh: `平台已受理${zh}，但没有回调结果：请向平台核实，在回调记录中重放，或重试任务 ${job.id}（单号相同，平台只受理一次）`,
          en: `The platform took the ${en} and its callback never came: ask the platform, replay the callback, or retry job ${job.id} (the number is the same, so the platform takes it once)`,
        },
      };
    case 'refused':
    case 'gave_up':
      return {
        kind,
        repair: 'retry_job',
        detail: {
          zh: `${zh}任务已结束但订单仍在等待：${job.detail ?? '原因未知'}`,
          en: `The ${en} ended and the order still waits for it: ${job.detailEn ?? 'the cause is not known'}`,
        },
      };
  }
}

const cancelledHereAliveThere: Rule = ({ order: { status, haierStatus }, parcels }) => {
  if (status !== 'cancelled' || !ALIVE_THERE.includes(haierStatus)) return undefined;
  const found = (repair: 'cancel' | null, zh: string, en: string): Found => ({
    kind: 'cancelled_here_alive_there',
    repair,
    detail: { zh: `订单已取消，平台仍在履行${zh}`, en: `The order is cancelled here and goes on there${en}` },
  });
  if (parcels && parcels.length > 0)
    return found(null, '，且已发货：请联系平台拦截', ', and is on its way: have the platform stop it');
  if (haierStatus === 'push_pending')
    return found(
      null,
      '（等待推送结果，之后才能取消）',
      ' (its push has no answer yet; only then can it be cancelled)',
    );
  return found('cancel', '', '');
};

const cancelledThereAliveHere: Rule = ({ order: { status, haierStatus } }) => {
  if (haierStatus !== 'cancelled') return undefined;
  if (status === 'paid')
    return {
      kind: 'cancelled_there_alive_here',
      repair: 'cancel',
      detail: { zh: '平台已取消，订单仍为待发货', en: 'The platform cancelled it and the order is still to be sent' },
    };
  if (status === 'shipped' || status === 'completed')
    return {
      kind: 'cancelled_there_alive_here',
      repair: null,
      detail: {
        zh: '平台已取消，订单却已发货或完成：请核实货物去向后退款',
        en: 'The platform cancelled it after it was sent here: find out where the goods are, then refund',
      },
    };
  return undefined;
};

const deliveredNotShipped: Rule = ({ order: { status, haierStatus }, parcels }) =>
  status === 'paid' && haierStatus !== 'cancelled' && parcels && parcels.length > 0
    ? {
        kind: 'delivered_not_shipped',
        repair: 'ship',
        detail: {
          zh: `平台已有 ${parcels.length} 条物流，订单仍为待发货`,
          en: `The platform has sent the goods (parcels: ${parcels.length}) and the order is still to be sent`,
        },
      }
    : undefined;

const moneyWithoutOrder: Rule = ({ order }) => {
  if (order.status !== 'pending' || keptFen(order) <= 0) return undefined;
  const isClosed = order.payments.some(({ status, paidAt }) => paidAt !== null && status !== 'succeeded');
  return {
    kind: 'money_without_order',
    repair: isClosed ? 'sync_payment' : null,
    detail: isClosed
      ? {
          zh: '已关闭的支付收到款项且未退，订单仍为待支付',
          en: 'Money came for a closed payment and was not returned, and the order is still to be paid',
        }
      : {
          zh: '支付已成功，订单仍为待支付：请核实后处理',
          en: 'A payment succeeded and the order is still to be paid: find out why',
        },
  };
};

const cancelledMoneyKept: Rule = ({ order }) =>
  order.status === 'cancelled' && keptFen(order) > 0
    ? {
        kind: 'cancelled_money_kept',
        repair: null,
        detail: {
          zh: `订单已取消，仍有 ${formatFen(keptFen(order))} 未退：请核实退款`,
          en: `The order is cancelled and ${formatFen(keptFen(order))} was not returned: look at its refunds`,
        },
      }
    : undefined;

const RULES: readonly Rule[] = [
  paidNotPushed,
  pushWithoutAnswer,
  cancelWithoutAnswer,
  cancelledHereAliveThere,
  cancelledThereAliveHere,
  deliveredNotShipped,
  moneyWithoutOrder,
  cancelledMoneyKept,
];

const isDue = ({ updatedAt }: ReconcileOrder, now: Date): boolean =>
  now.getTime() - Date.parse(updatedAt) > ANSWER_DUE_MS;

const sumFen = (entries: readonly { readonly amountFen: number }[]): number =>
  entries.reduce((sum, { amountFen }) => sum + amountFen, 0);
/** What came in, whatever became of the payment afterwards. */
const receivedFen = ({ payments }: ReconcileOrder): number =>
  sumFen(payments.filter(({ status, paidAt }) => status === 'succeeded' || paidAt !== null));
/** What went back or is on its way; a failed refund is neither. */
const returnedFen = ({ refunds }: ReconcileOrder): number =>
  sumFen(refunds.filter(({ status }) => status !== 'failed'));
const keptFen = (order: ReconcileOrder): number => receivedFen(order) - returnedFen(order);

const localOf = ({ status, haierStatus }: ReconcileOrder): Difference['local'] => ({ status, haierStatus });
const paymentOf = (order: ReconcileOrder): Difference['payment'] => ({
  receivedFen: receivedFen(order),
  returnedFen: returnedFen(order),
});
const ylhOf = ({ job, parcels }: Known): Difference['ylh'] => ({
  job: job ? { kind: job.kind, state: job.state } : null,
  parcels: parcels?.length ?? null,
});
