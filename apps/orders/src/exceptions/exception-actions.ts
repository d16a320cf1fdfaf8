import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { ExceptionAction, ExceptionItem, ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { type ActedOn, type WhyNot, whyNoCancel } from '../orders/allowed-actions.ts';
import { whyNoLogistics, whyNoPush } from '../orders/haier-rules.ts';
import type { Refund } from '../payments/refund.entity.ts';
import {
  whyNoApproval,
  whyNoDecline,
  whyNoRetry,
  whyNoSettlementByHand,
  whyNotSecond,
} from '../payments/refund-rules.ts';
import { isReturnOfMismatch } from '../payments/return-money.ts';
import type { Text } from '../text.ts';

/** What the rules look at to say yes or no to an action on a case. */
export type CaseSubjects = {
  readonly kind: ExceptionKind;
  readonly status: 'open' | 'resolved';
  readonly resolvedBy: string | null;
  readonly callback: { readonly id: string; readonly outcome: CallbackOutcomeName } | undefined;
  readonly refund: Refund | undefined;
  /** The people behind the request of that refund. */
  readonly refundAskers: readonly string[];
  readonly acted: ActedOn | undefined;
  /** Whether a line of the order still holds local stock. */
  readonly holdsStock: boolean;
};

/** Which actions each kind of case offers. Every other action on it is no answer to its trouble. */
const ACTIONS_OF: Readonly<Record<ExceptionKind, readonly ExceptionAction[]>> = {
  money_to_return: ['acknowledge'],
  amount_mismatch: ['return_money', 'replay_callback', 'acknowledge'],
  transaction_reused: ['acknowledge'],
  payment_unclear: ['acknowledge'],
  refund_failed: ['retry_refund', 'settle_by_hand'],
  refund_to_approve: ['approve_refund', 'decline_refund'],
  conflicting_callback: ['replay_callback', 'cancel_order', 'acknowledge'],
  quantity_conflict: ['replay_callback', 'cancel_order', 'acknowledge'],
  orphan_callback: ['replay_callback', 'acknowledge'],
  late_callback: ['replay_callback', 'acknowledge'],
  push_overdue: ['push_again', 'acknowledge'],
  push_failed: ['push_again', 'cancel_order', 'acknowledge'],
  confirmation_overdue: ['ask_platform', 'acknowledge'],
  cancel_refused: ['cancel_order', 'acknowledge'],
  out_of_stock: ['cancel_order', 'acknowledge'],
  goods_not_stopped: ['cancel_order', 'acknowledge'],
  stock_release_failed: ['release_stock'],
  product_code_taken: ['acknowledge'],
  parked_message: ['replay_callback', 'acknowledge'],
};

type Rule = {
  /** The permission of the verb that the action runs; resolving cases needs its own besides. */
  readonly permission: Permission;
  /** What it is, as in "you are not allowed to …". */
  readonly does: Text;
  /** Moves money, so the password must have been given just now. */
  readonly needsFreshPassword?: true;
  readonly whyNot?: (subjects: CaseSubjects, by: string) => WhyNot | null;
};

/** Who would act on a case. */
export type CaseActor = {
  readonly permissions: readonly Permission[];
  /** `staff:<username>` or the name of a machine. */
  readonly by: string;
};

const refused = (zh: string, en: string): WhyNot => ({ code: 'REFUSED', zh, en });
const notAllowed = ({ zh, en }: Text): WhyNot => ({
  code: 'NOT_ALLOWED',
  zh: `没有${zh}的权限`,
  en: `You are not allowed to ${en}`,
});
const orNull = (why: Text | null): WhyNot | null => why && refused(why.zh, why.en);

const RESOLVING: Text = { zh: '处理异常', en: 'resolve cases' };
const NO_CALLBACK = refused('没有可重放的回调', 'There is no callback to replay');
const NO_ORDER = refused('没有关联的订单', 'The case is about no known order');
const NO_REFUND = refused('没有关联的退款', 'The case is about no refund');

const RULES: Readonly<Record<ExceptionAction, Rule>> = {
  replay_callback: {
    permission: 'callbacks.replay',
    does: { zh: '重放回调', en: 'replay callbacks' },
    whyNot: ({ callback }) => {
      if (!callback) return NO_CALLBACK;
      if (callback.outcome !== 'applied') return null;
      return refused(
        '该回调已应用，重放不会改变任何内容',
        'This callback was applied already; replaying it changes nothing',
      );
    },
  },
  return_money: {
    permission: 'refunds.request',
    does: { zh: '申请退款', en: 'request refunds' },
    needsFreshPassword: true,
    whyNot: ({ callback, refund, acted }) => {
      if (!callback)
        return refused(
          '没有记录这笔款项的回调，请在支付渠道核实处理后确认',
          'No callback of this money is on record; settle it with the provider, then acknowledge the case',
        );
      if (refund || callback.outcome !== 'amount_mismatch')
        return refused('该回调没有待退还的款项', 'This callback names no money to be returned');
      if (acted?.refunds.some((entry) => !entry.withdrawnAt && isReturnOfMismatch(entry, callback.id)))
        return refused('该笔款项已登记退款', 'A refund of this money was opened already');
      return null;
    },
  },
  retry_refund: {
    permission: 'refunds.retry',
    does: { zh: '重试退款', en: 'retry refunds' },
    needsFreshPassword: true,
    whyNot: ({ refund }) => (refund ? orNull(whyNoRetry(refund)) : NO_REFUND),
  },
  approve_refund: {
    permission: 'refunds.request',
    does: { zh: '批准退款', en: 'approve refunds' },
    needsFreshPassword: true,
    whyNot: ({ refund, refundAskers }, by) =>
      refund ? (whyNoApproval(refund) ?? whyNotSecond(refundAskers, by)) : NO_REFUND,
  },
  decline_refund: {
    permission: 'refunds.request',
    does: { zh: '拒绝退款', en: 'decline refunds' },
    needsFreshPassword: true,
    whyNot: ({ refund }) => (refund ? whyNoDecline(refund) : NO_REFUND),
  },
  settle_by_hand: {
    permission: 'refunds.retry',
    does: { zh: '登记线下退款', en: 'put refunds by hand on record' },
    needsFreshPassword: true,
    whyNot: ({ refund }) => (refund ? orNull(whyNoSettlementByHand(refund)) : NO_REFUND),
  },
  push_again: {
    permission: 'orders.push',
    does: { zh: '推送海尔', en: 'push orders to Haier' },
    whyNot: ({ acted }) => (acted ? whyNoPush(acted) : NO_ORDER),
  },
  ask_platform: {
    permission: 'orders.ship',
    does: { zh: '查询海尔物流', en: 'ask Haier for parcels' },
    whyNot: ({ acted }) => (acted ? whyNoLogistics(acted) : NO_ORDER),
  },
  cancel_order: {
    permission: 'orders.cancel',
    does: { zh: '取消订单', en: 'cancel orders' },
    whyNot: ({ acted }) => (acted ? whyNoCancel(acted) : NO_ORDER),
  },
  release_stock: {
    permission: 'catalogue.adjustStock',
    does: { zh: '调整库存', en: 'change stock' },
    whyNot: ({ holdsStock }) =>
      holdsStock ? null : refused('订单已不占用库存', 'The order no longer holds any stock'),
  },
  acknowledge: { permission: 'exceptions.resolve', does: RESOLVING },
};

/**
 * Why this person cannot take this action on a case now; null when they can. The list of cases and `resolve` both ask
 * here, so that a button and its refusal never differ.
 */
export function whyNoAction(
  subjects: CaseSubjects,
  action: ExceptionAction,
  { permissions, by }: CaseActor,
): WhyNot | null {
  if (subjects.status === 'resolved') return { code: 'CONFLICT', ...resolvedAlready(subjects.resolvedBy) };
  if (!ACTIONS_OF[subjects.kind].includes(action))
    return refused(`此类异常不能用 ${action} 处理`, `A case of this kind cannot be resolved by ${action}`);
  if (!permissions.includes('exceptions.resolve')) return notAllowed(RESOLVING);
  const { permission, does, whyNot } = RULES[action];
  if (!permissions.includes(permission)) return notAllowed(does);
  return whyNot?.(subjects, by) ?? null;
}

/** The actions of a case, each with why it is not allowed now. */
export const actionsOf = (subjects: CaseSubjects, actor: CaseActor): ExceptionItem['actions'] =>
  ACTIONS_OF[subjects.kind].map((action) => {
    const why = whyNoAction(subjects, action, actor);
    return { action, allowed: why === null, reason: why?.zh ?? null, reasonEn: why?.en ?? null };
  });

/** Whether the action moves money, so that the password must have been given just now. */
export const needsFreshPassword = (action: ExceptionAction): boolean => RULES[action].needsFreshPassword === true;

/** Said to the second of two people. */
export const resolvedAlready = (by: string | null): Text => ({
  zh: `该异常已由 ${by ?? 'system'} 处理`,
  en: `This case was already resolved by ${by ?? 'system'}`,
});
