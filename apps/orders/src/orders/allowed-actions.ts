import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { Payment } from '../payments/payment.entity.ts';
import type { Refund } from '../payments/refund.entity.ts';
import type { Text } from '../text.ts';
import type { Order } from './order.entity.ts';

/** What a verb looks at to say yes or no. */
export type ActedOn = {
  readonly order: Order;
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
};

/** Every action on an order, and why not (features.md row 63). */
export function allowedActions(
  { order }: ActedOn,
  { now, permissions }: { now: Date; permissions: readonly Permission[] },
): OrderView['allowedActions'] {
  const whyNoPayment: Text | null = !permissions.includes('payments.open')
    ? { zh: '没有发起支付的权限', en: 'You are not allowed to open payments' }
    : order.status !== 'pending'
      ? { zh: '只有待支付订单可以发起支付', en: 'Only a pending order can be paid' }
      : now > order.expiresAt
        ? { zh: '订单已过期，请重新创建', en: 'The order has expired; please place it again' }
        : null;
  const whyNoReplay: Text | null = permissions.includes('callbacks.replay')
    ? null
    : { zh: '没有重放回调的权限', en: 'You are not allowed to replay callbacks' };
  return [allowedUnless('openPayment', whyNoPayment), allowedUnless('replayCallback', whyNoReplay)];
}

const allowedUnless = (
  action: OrderView['allowedActions'][number]['action'],
  why: Text | null,
): OrderView['allowedActions'][number] => ({
  action,
  allowed: why === null,
  reason: why?.zh ?? null,
  reasonEn: why?.en ?? null,
});
