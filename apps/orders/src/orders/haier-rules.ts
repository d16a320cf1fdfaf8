import type { ActedOn, WhyNot } from './allowed-actions.ts';
import type { MovedOrder } from './moved-order.ts';
import { inSentence, ORDER_STATE_NAMES } from './state-names.ts';

type Pushed = Pick<ActedOn, 'order'>;

/** Whether Haier has, or had, the order: it was pushed and not refused. */
export const wasPushed = ({
  haierStatus,
  haierLineCount,
}: Pick<MovedOrder, 'haierStatus' | 'haierLineCount'>): boolean =>
  haierLineCount > 0 && haierStatus !== 'none' && haierStatus !== 'failed';

/** Whether Haier has the order, or may have it, and could still deliver it. */
export const isAtHaier = (order: Pick<MovedOrder, 'haierStatus' | 'haierLineCount'>): boolean =>
  wasPushed(order) && order.haierStatus !== 'cancelled';

/** Why it cannot be pushed (R4-R8); the verb also refuses what is incomplete (R159). */
export function whyNoPush({ order }: Pushed): WhyNot | null {
  const { status, haierLineCount, localLineCount } = order;
  if (haierLineCount === 0)
    return no('REFUSED', '该订单不是海尔产品订单，无需推送', 'The order has no Haier goods; there is nothing to push');
  if (localLineCount > 0)
    return no(
      'REFUSED',
      '订单含非海尔商品，不能推送到海尔系统，请拆成两张订单',
      'The order has goods that are not from Haier and cannot be pushed; place two orders instead',
    );
  const standing = inSentence(ORDER_STATE_NAMES[status]);
  if (status !== 'paid')
    return no(
      'INVALID_ORDER_STATUS',
      `只有待发货（已支付）的订单可以推送（当前状态：${standing.zh}）`,
      `Only a paid order can be pushed; this one is ${standing.en}`,
    );
  if (wasPushed(order))
    return no('INVALID_ORDER_STATUS', '该订单已推送到海尔系统', 'The order was pushed to Haier already');
  return null;
}

/** Why the times of an order that Haier has cannot be changed (R134). */
export function whyNoNewTimesAtHaier({ order }: Pushed): WhyNot | null {
  const standing = inSentence(ORDER_STATE_NAMES[order.status]);
  if (order.status !== 'paid' && order.status !== 'shipped')
    return no(
      'INVALID_ORDER_STATUS',
      `已推送海尔的订单只有待发货或已发货时可以改约（当前状态：${standing.zh}）`,
      `An order at Haier can be rescheduled while it is paid or shipped; this one is ${standing.en}`,
    );
  if (!order.haierOrderNo)
    return {
      ...no(
        'INVALID_ORDER_STATUS',
        '海尔订单号尚未确定，海尔确认接单后才能改约',
        "Haier's number of the order is not known yet; it can be rescheduled once Haier has confirmed it",
      ),
      seedText: 'retailOrderNo为必填参数',
    };
  return null;
}

/** Why nobody can be asked where the goods are (R131). */
export function whyNoLogistics({ order }: Pushed): WhyNot | null {
  return wasPushed(order) ? null : NOT_PUSHED;
}

/** Why there can be no photos (R135): they are kept under Haier's number. */
export function whyNoDeliveryImages({ order }: Pushed): WhyNot | null {
  if (!wasPushed(order)) return NOT_PUSHED;
  if (order.haierOrderNo) return null;
  return no(
    'REFUSED',
    '海尔订单号尚未确定，海尔确认接单后才能查询照片',
    "Haier's number of the order is not known yet; photos can be asked for once Haier has confirmed it",
  );
}

const no = (code: WhyNot['code'], zh: string, en: string): WhyNot => ({ code, zh, en });

const NOT_PUSHED = no('REFUSED', '该订单未推送到海尔系统', 'The order was not pushed to Haier');
