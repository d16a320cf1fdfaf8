import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';

type HaierStatus = OrderListItem['haierStatus'];

export const HAIER_STATUS_COLORS = {
  none: 'default',
  push_pending: 'processing',
  failed: 'red',
  confirmed: 'green',
  out_of_stock_failed: 'red',
  out_of_stock: 'orange',
  cancel_pending: 'orange',
  cancel_failed: 'red',
  partially_cancelled: 'gold',
  cancelled: 'red',
} as const satisfies Record<HaierStatus, string>;

type HaierOrder = {
  orderNumber: string;
  haierStatus: HaierStatus;
  haierOrderNo: string | null;
  hasHaierLines: boolean;
  haierFailMessage?: string | null;
};

export function HaierStatusTag({ order }: { order: HaierOrder }) {
  const { t } = useTranslation();
  if (!order.hasHaierLines) {
    return (
      <span className="secondary" title={t('orders.noHaierLines')}>
        —
      </span>
    );
  }
  return (
    <Tooltip
      title={
        <>
          <div>{t(`haierStatusHint.${order.haierStatus}`)}</div>
          {order.haierOrderNo !== null && <div>{t('orders.haierOrderNo', { number: order.haierOrderNo })}</div>}
          {order.haierFailMessage && <div>{order.haierFailMessage}</div>}
        </>
      }
    >
      <Tag
        color={HAIER_STATUS_COLORS[order.haierStatus]}
        data-testid={`haier-status-${order.orderNumber}`}
        data-status={order.haierStatus}
      >
        {t(`haierStatus.${order.haierStatus}`)}
      </Tag>
    </Tooltip>
  );
}
