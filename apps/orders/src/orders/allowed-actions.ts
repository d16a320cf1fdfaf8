import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import { ORDER_ACTIONS, type OrderView } from '@orderbridge/contracts/orders-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { allowedFacts } from '@orderbridge/state-machine/decide';
import { haierTransitions } from '@orderbridge/state-machine/haier-transitions';
import { type OrderState, orderTransitions } from '@orderbridge/state-machine/order-transitions';
import { NotAllowed, Refused } from '../errors.ts';
import type { Payment } from '../payments/payment.entity.ts';
import type { Refund } from '../payments/refund.entity.ts';
import { isRequested, mayBeKnown } from '../payments/refund-rules.ts';
import { refundableOf } from '../payments/return-money.ts';
import type { Text } from '../text.ts';
import { isAtHaier, whyNoDeliveryImages, whyNoLogistics, whyNoNewTimesAtHaier, whyNoPush } from './haier-rules.ts';
import type { MovedOrder } from './moved-order.ts';
import { HAIER_STATE_NAMES, inSentence, ORDER_STATE_NAMES } from './state-names.ts';

/** What a rule looks at to say yes or no; a locked order is one. */
export type ActedOn = {
  readonly order: Pick<
    MovedOrder,
    | 'status'
    | 'haierStatus'
    | 'haierOrderNo'
    | 'haierLineCount'
    | 'localLineCount'
    | 'payableFen'
    | 'expiresAt'
    | 'isGovernmentOrder'
  >;
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
};

/** Why something cannot be done now, with the code that its refusal carries. */
export type WhyNot = Text & {
  readonly code: ErrorCode;
  /** The Chinese text of the seeds that the API answers with instead (domain.md §4): it names states by their codes. */
  readonly seedText?: string;
};

type Action = OrderView['allowedActions'][number];
type Rule = {
  /** Any one of them suffices. */
  readonly permissions: readonly Permission[];
  /** What it is, as in "you are not allowed to …". */
  readonly does: Text;
  readonly whyNot?: (acted: ActedOn, now: Date) => WhyNot | null;
};

/** Every action on an order, and why not (features.md row 63). */
export function allowedActions(
  acted: ActedOn,
  { now, permissions }: { now: Date; permissions: readonly Permission[] },
): Action[] {
  return ORDER_ACTIONS.map((action) => {
    const { permissions: needed, does, whyNot } = RULES[action];
    const why: Text | null = needed.some((permission) => permissions.includes(permission))
      ? (whyNot?.(acted, now) ?? null)
      : { zh: `没有${does.zh}的权限`, en: `You are not allowed to ${does.en}` };
    return { action, allowed: why === null, reason: why?.zh ?? null, reasonEn: why?.en ?? null };
  });
}

/**
 * Says no in a verb with the words that the greyed button had, or in Chinese with those of the seeds.
 * @throws Refused when there is a reason, NotAllowed when it lies in who asks
 */
export function refuseIf(why: WhyNot | null): void {
  if (why?.code === 'NOT_ALLOWED') throw new NotAllowed(why.zh, why.en);
  if (!why) return;
  const refused = new Refused(why.code, why.seedText ?? why.zh, why.en);
  refused.inWords = why.zh;
  throw refused;
}

/** Why nobody can open a payment; the verb is openPayment. */
export function whyNoPayment({ order }: ActedOn, now: Date): WhyNot | null {
  if (order.status !== 'pending')
    return {
      code: 'INVALID_ORDER_STATUS',
      zh: `订单状态为“${orderWords(order).zh}”，不允许支付`,
      en: `An order that is ${orderWords(order).en} cannot be paid`,
      seedText: `订单状态为${order.status}，不允许支付`,
    };
  if (now > order.expiresAt)
    return { code: 'ORDER_EXPIRED', zh: '订单已过期，请重新创建', en: 'The order has expired; place it again' };
  if (order.payableFen === 0)
    return { code: 'REFUSED', zh: '订单应付金额为 0，无需支付', en: 'Nothing is due for this order' };
  return null;
}

/** Why the price cannot be changed: it is fixed once it is paid. */
export function whyNoNewPrice({ order }: ActedOn): WhyNot | null {
  if (order.status === 'pending') return null;
  return wrongStatus(
    `只有待支付订单可以改价（当前状态：${orderWords(order).zh}）`,
    `Only a pending order can get another price; this one is ${orderWords(order).en}`,
  );
}

/** Why the times cannot be changed; Haier keeps those of an order it has, and is asked first. */
export function whyNoNewTimes({ order }: ActedOn): WhyNot | null {
  if (isAtHaier(order)) return whyNoNewTimesAtHaier({ order });
  if (order.status !== 'pending' && order.status !== 'paid')
    return wrongStatus(
      `只有待支付或待发货的订单可以改约（当前状态：${orderWords(order).zh}）`,
      `Only an order that is pending or paid can be rescheduled; this one is ${orderWords(order).en}`,
    );
  return null;
}

/** Why it cannot be shipped: Haier's goods leave once Haier took the order (rulings.md "After a push"). */
export function whyNoShipping({ order }: ActedOn): WhyNot | null {
  if (!canBecome(order.status, 'shipped')) return illegalMove(order.status, 'shipped');
  const ready =
    order.haierLineCount === 0 || order.haierStatus === 'confirmed' || order.haierStatus === 'partially_cancelled';
  if (ready) return null;
  const standing = inSentence(HAIER_STATE_NAMES[order.haierStatus]);
  return wrongStatus(
    `订单含海尔商品，海尔确认接单后才能发货（当前海尔状态：${standing.zh}）`,
    `The order has Haier goods and can be shipped once Haier has confirmed it; its Haier status is ${standing.en}`,
  );
}

/** Why nobody can say that the goods were accepted. */
export const whyNoCompletion = ({ order }: ActedOn): WhyNot | null =>
  canBecome(order.status, 'completed') ? null : illegalMove(order.status, 'completed');

/** Why no invoice can be recorded: it proves a subsidy, and there is none of what nobody paid for. */
export function whyNoInvoice({ order }: ActedOn): WhyNot | null {
  if (!order.isGovernmentOrder)
    return {
      code: 'REFUSED',
      zh: '不是国补订单，无需登记发票',
      en: 'This is no government order, so no invoice is recorded',
    };
  if (order.status !== 'pending' && order.status !== 'cancelled') return null;
  return wrongStatus(
    `订单状态为“${orderWords(order).zh}”，不能登记发票`,
    `An order that is ${orderWords(order).en} has no invoice to record`,
  );
}

/** Why a cancel would change nothing, or is refused (R67-R74). `cancelOrder` answers the first kind with success. */
export function whyNoCancel({ order }: ActedOn): WhyNot | null {
  if (mustAskHaier(order)) return null;
  if (awaitsCancel(order)) return { code: 'INVALID_ORDER_STATUS', ...CANCEL_AWAITED };
  if (order.status === 'cancelled') return wrongStatus('订单已取消', 'The order is already cancelled');
  if (!canBecome(order.status, 'cancelled')) return illegalMove(order.status, 'cancelled');
  if (order.haierLineCount > 0 && order.haierStatus === 'push_pending')
    return wrongStatus(
      '订单正在推送海尔，请在推送结果确定后再取消',
      'The order is being pushed to Haier; cancel it once the outcome of the push is known',
    );
  return null;
}

/** Why no refund can be asked for. */
export function whyNoRefund({ order, payments, refunds }: ActedOn): WhyNot | null {
  if (!canBecome(order.status, 'refunding')) return illegalMove(order.status, 'refunding');
  if (refundableOf(payments, refunds) > 0) return null;
  return {
    code: 'REFUSED',
    zh: '没有可退的款项：未收到付款，或已全部退款',
    en: 'Nothing can be refunded: no money came, or all of it is on its way back',
  };
}

/** Why a refund cannot be taken back: once a provider was asked, the money may be on its way. */
export function whyNoRefundWithdrawal({ order, refunds }: ActedOn): WhyNot | null {
  if (order.status !== 'refunding')
    return wrongStatus(
      `只有退款中的订单可以撤回退款（当前状态：${orderWords(order).zh}）`,
      `Only an order that is refunding can have its refund withdrawn; this one is ${orderWords(order).en}`,
    );
  const requested = refunds.filter(isRequested);
  if (requested.length === 0)
    return wrongStatus(
      '退款不是由申请发起的，不能撤回',
      'The refund was not asked for by a person and cannot be withdrawn',
    );
  if (requested.some(mayBeKnown))
    return wrongStatus('退款已提交支付渠道，不能撤回', 'The refund was sent to the provider and cannot be withdrawn');
  return null;
}

/** Said while Haier's answer to a cancel is awaited (R71, R72). */
export const CANCEL_AWAITED: Text = {
  zh: '取消已提交，等待回调',
  en: "The cancellation was submitted; waiting for Haier's answer",
};

type AtHaier = Pick<MovedOrder, 'status' | 'haierStatus' | 'haierLineCount'>;

/** Whether a cancel of it was sent and not answered yet. */
export const awaitsCancel = ({ status, haierStatus, haierLineCount }: AtHaier): boolean =>
  haierLineCount > 0 && haierStatus === 'cancel_pending' && (status === 'paid' || status === 'cancelled');

/**
 * Whether Haier has to agree first: it has the order and could still deliver it. True as well for an order that was
 * cancelled here alone (R74).
 */
export const mustAskHaier = (order: AtHaier): boolean =>
  isAtHaier(order) &&
  (order.status === 'paid' || order.status === 'cancelled') &&
  allowedFacts(haierTransitions, order.haierStatus).includes('cancel_requested');

const orderWords = ({ status }: Pick<MovedOrder, 'status'>): Text => inSentence(ORDER_STATE_NAMES[status]);

const wrongStatus = (zh: string, en: string): WhyNot => ({ code: 'INVALID_ORDER_STATUS', zh, en });

/** The refusal of a move that the state table does not have (domain.md §4.1). */
function illegalMove(from: OrderState, to: OrderState): WhyNot {
  const targets = targetsOf(from);
  return {
    ...inWords(from, to, targets),
    code: 'INVALID_ORDER_STATUS',
    seedText: `不允许从状态 "${from}" 转换到 "${to}"。允许的转换: {${targets.join(', ')}}`,
  };
}

function inWords(from: OrderState, to: OrderState, targets: readonly OrderState[]): Text {
  const [here, there] = [from, to].map((state) => inSentence(ORDER_STATE_NAMES[state])) as [Text, Text];
  if (from === to) return { zh: `订单状态已是“${here.zh}”`, en: `The order is ${here.en} already` };
  if (targets.length === 0)
    return {
      zh: `订单状态为“${here.zh}”，不会再变为“${there.zh}”`,
      en: `An order that is ${here.en} stays so and cannot become ${there.en}`,
    };
  const zh = listed('zh', targets, ({ zh: name }) => `“${name}”`);
  const en = listed('en', targets, (name) => inSentence(name).en);
  return {
    zh: `订单状态为“${here.zh}”，不能变为“${there.zh}”，只能变为${zh}`,
    en: `An order that is ${here.en} cannot become ${there.en}; it can become ${en}`,
  };
}

const listed = (language: string, states: readonly OrderState[], nameOf: (name: Text) => string): string =>
  new Intl.ListFormat(language, { type: 'disjunction' }).format(
    states.map((state) => nameOf(ORDER_STATE_NAMES[state])),
  );

const canBecome = (from: OrderState, to: OrderState): boolean => targetsOf(from).includes(to);

const targetsOf = (from: OrderState): OrderState[] => [
  ...new Set(allowedFacts(orderTransitions, from).map((fact) => orderTransitions[from][fact]!.to)),
];

const RULES: Record<Action['action'], Rule> = {
  openPayment: {
    permissions: ['payments.open'],
    does: { zh: '发起支付', en: 'open payments' },
    whyNot: whyNoPayment,
  },
  adjustPrice: {
    permissions: ['orders.adjustPrice'],
    does: { zh: '改价', en: 'change prices' },
    whyNot: whyNoNewPrice,
  },
  push: { permissions: ['orders.push'], does: { zh: '推送海尔', en: 'push orders to Haier' }, whyNot: whyNoPush },
  reschedule: {
    permissions: ['orders.reschedule'],
    does: { zh: '改约', en: 'reschedule orders' },
    whyNot: whyNoNewTimes,
  },
  addNote: { permissions: ['orders.note'], does: { zh: '添加备注', en: 'add notes' } },
  ship: { permissions: ['orders.ship'], does: { zh: '发货', en: 'ship orders' }, whyNot: whyNoShipping },
  logistics: {
    permissions: ['orders.ship'],
    does: { zh: '查询海尔物流', en: 'ask Haier for parcels' },
    whyNot: whyNoLogistics,
  },
  deliveryImages: {
    permissions: ['orders.ship'],
    does: { zh: '查询配送安装照片', en: 'ask Haier for photos' },
    whyNot: whyNoDeliveryImages,
  },
  recordInvoice: {
    permissions: ['orders.invoice'],
    does: { zh: '登记发票', en: 'record invoices' },
    whyNot: whyNoInvoice,
  },
  complete: {
    permissions: ['orders.complete', 'orders.completeOwn'],
    does: { zh: '确认收货', en: 'complete orders' },
    whyNot: whyNoCompletion,
  },
  cancel: {
    permissions: ['orders.cancel', 'orders.cancelOwn'],
    does: { zh: '取消订单', en: 'cancel orders' },
    whyNot: whyNoCancel,
  },
  requestRefund: {
    permissions: ['refunds.request'],
    does: { zh: '申请退款', en: 'request refunds' },
    whyNot: whyNoRefund,
  },
  withdrawRefund: {
    permissions: ['refunds.request'],
    does: { zh: '撤回退款', en: 'withdraw refunds' },
    whyNot: whyNoRefundWithdrawal,
  },
  reveal: { permissions: ['orders.reveal'], does: { zh: '查看个人信息', en: 'see personal data' } },
  rebuild: { permissions: ['orders.rebuild'], does: { zh: '重算订单', en: 'rebuild orders' } },
  replayCallback: { permissions: ['callbacks.replay'], does: { zh: '重放回调', en: 'replay callbacks' } },
};
