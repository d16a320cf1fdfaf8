import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';

type OrderStatus = OrderListItem['status'];

export const ORDER_STATUS_COLORS = {
  pending: 'orange',
  paid: 'blue',
  shipped: 'cyan',
  completed: 'green',
  cancelled: 'red',
  refunding: 'purple',
  refunded: 'magenta',
} as const satisfies Record<OrderStatus, string>;

export function OrderStatusTag({ order }: { order: { orderNumber: string; status: OrderStatus } }) {
  const { t } = useTranslation();
  return (
    <Tag
      color={ORDER_STATUS_COLORS[order.status]}
      data-testid={`status-${order.orderNumber}`}
      data-status={order.status}
    >
      {t(`orderStatus.${order.status}`)}
    </Tag>
  );
}
