import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { OrderState } from '@orderbridge/state-machine/order-transitions';
import type { PaymentState } from '@orderbridge/state-machine/payment-transitions';
import type { RefundState } from '@orderbridge/state-machine/refund-transitions';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import type { Text } from '../text.ts';

/** Names of states as the admin web shows them (domain.md §3.1, §3.3, §4.5). */
export const ORDER_STATE_NAMES: Readonly<Record<OrderState, Text>> = {
  pending: { zh: '待支付', en: 'Pending' },
  paid: { zh: '已支付', en: 'Paid' },
  shipped: { zh: '已发货', en: 'Shipped' },
  completed: { zh: '已完成', en: 'Completed' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  refunding: { zh: '退款中', en: 'Refunding' },
  refunded: { zh: '已退款', en: 'Refunded' },
};

export const HAIER_STATE_NAMES: Readonly<Record<HaierState, Text>> = {
  none: { zh: '未推送', en: 'Not pushed' },
  push_pending: { zh: '推送中', en: 'Push pending' },
  failed: { zh: '推送失败', en: 'Push failed' },
  confirmed: { zh: '已推送', en: 'Confirmed' },
  out_of_stock_failed: { zh: '缺货回调失败', en: 'Out-of-stock report failed' },
  out_of_stock: { zh: '缺货', en: 'Out of stock' },
  cancel_pending: { zh: '取消中', en: 'Cancel pending' },
  cancel_failed: { zh: '取消失败', en: 'Cancel failed' },
  partially_cancelled: { zh: '部分取消', en: 'Partly cancelled' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
};

export const PAYMENT_STATE_NAMES: Readonly<Record<PaymentState, Text>> = {
  init: { zh: '待支付', en: 'Waiting' },
  processing: { zh: '处理中', en: 'Processing' },
  succeeded: { zh: '成功', en: 'Succeeded' },
  failed: { zh: '失败', en: 'Failed' },
  cancelled: { zh: '已关闭', en: 'Closed' },
  expired: { zh: '已过期', en: 'Expired' },
};

export const REFUND_STATE_NAMES: Readonly<Record<RefundState, Text>> = {
  pending: { zh: '待退款', en: 'Pending' },
  processing: { zh: '退款中', en: 'Processing' },
  succeeded: { zh: '已退款', en: 'Paid out' },
  failed: { zh: '退款失败', en: 'Failed' },
};

export const PAYMENT_METHOD_NAMES: Readonly<Record<PaymentView['method'], Text>> = {
  generic: { zh: '通用支付', en: 'Generic' },
  mock: { zh: '模拟支付', en: 'Mock' },
  wechat: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
};

/** The name of a state as it stands in the middle of a sentence. */
export const inSentence = ({ zh, en }: Text): Text => ({ zh, en: en.toLowerCase() });

/** A change of state as a sentence has it, `推送中 → 已推送`. */
export const changeInSentence = (from: Text, to: Text): Text => ({
  zh: `${from.zh} → ${to.zh}`,
  en: `${inSentence(from).en} → ${inSentence(to).en}`,
});
