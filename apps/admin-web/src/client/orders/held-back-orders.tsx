import { useTranslation } from 'react-i18next';
import type { BulkPreflight } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { OrderLink } from '../layout/order-link.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';

type Order = BulkPreflight['orders'][number];

/** Orders that the look before a bulk push keeps from going, each with its reason. */
export function HeldBackOrders({ orders }: { orders: readonly Order[] }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const columns: RecordColumn<Order>[] = [
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'reason',
      title: t('orderList.pushWhyNot'),
      render: ({ reason, reasonEn }) => staffText(reason, reasonEn) ?? '—',
    },
  ];
  return (
    <div className="bulk-results">
      <RecordTable
        label={t('orderList.pushWhyNot')}
        columns={columns}
        records={orders}
        rowKey={({ orderNumber }) => orderNumber}
        testId={({ orderNumber }) => `bulk-preflight-row-${orderNumber}`}
        empty={t('common.none')}
      />
    </div>
  );
}
