import { Tag, Tooltip } from 'antd';
import { useState } from 'react';
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
  const [pointedAt, setPointedAt] = useState(false);
  if (!order.hasHaierLines) {
    return (
      <span className="secondary" title={t('orders.noHaierLines')}>
        —
      </span>
    );
  }
  const tag = (
    <Tag
      color={HAIER_STATUS_COLORS[order.haierStatus]}
      data-testid={`haier-status-${order.orderNumber}`}
      data-status={order.haierStatus}
      onMouseEnter={() => setPointedAt(true)}
    >
      {t(`haierStatus.${order.haierStatus}`)}
    </Tag>
  );
  // A tooltip costs more than the rest of a row, so only a tag that the mouse has met has one.
  if (!pointedAt) return tag;
  return (
    <Tooltip
      defaultOpen
      title={
        <>
          <div>{t(`haierStatusHint.${order.haierStatus}`)}</div>
          {order.haierOrderNo !== null && <div>{t('orders.haierOrderNo', { number: order.haierOrderNo })}</div>}
          {order.haierFailMessage && <div>{order.haierFailMessage}</div>}
        </>
      }
    >
      {tag}
    </Tooltip>
  );
}
