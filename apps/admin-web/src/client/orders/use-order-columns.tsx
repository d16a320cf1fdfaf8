import { Tooltip } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import { CopyButton } from '../layout/copy-button.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { useWideScreen } from '../layout/media-queries.ts';
import { HaierStatusTag } from './haier-status-tag.tsx';
import { OrderStatusTag } from './order-status-tag.tsx';

type Column = RecordColumn<OrderListItem>;

/** Columns of the order list; a wide screen has some more. */
export function useOrderColumns(): Column[] {
  const { t } = useTranslation();
  const wide = useWideScreen();
  return useMemo(() => {
    const columns: (Column & { wide?: true })[] = [
      {
        key: 'orderNumber',
        title: t('orders.orderNumber'),
        render: (order) => (
          <span className="with-copy">
            <OrderLink number={order.orderNumber} />
            <CopyButton text={order.orderNumber} what={t('orders.orderNumber')} />
          </span>
        ),
      },
      { key: 'status', title: t('orders.status'), render: (order) => <Status order={order} /> },
      { key: 'haierStatus', title: t('orders.haierStatus'), render: (order) => <HaierStatusTag order={order} /> },
      {
        key: 'products',
        title: t('orders.products'),
        render: (order) => (
          <span className="clipped products-cell" title={order.summary}>
            {order.summary}
          </span>
        ),
      },
      { key: 'quantity', title: t('order.quantity'), align: 'right', render: (order) => order.quantity },
      {
        key: 'total',
        title: t('order.total'),
        align: 'right',
        wide: true,
        render: (order) => formatFen(order.totalFen),
      },
      { key: 'payable', title: t('orders.payable'), align: 'right', render: (order) => formatFen(order.payableFen) },
      {
        key: 'refunded',
        title: t('order.refunded'),
        align: 'right',
        wide: true,
        render: (order) => (order.refundedFen > 0 ? formatFen(order.refundedFen) : '—'),
      },
      {
        key: 'trackingNo',
        title: t('order.trackingNo'),
        wide: true,
        render: (order) => <span className="number">{order.trackingNo ?? '—'}</span>,
      },
      {
        key: 'buyer',
        title: t('orders.buyer'),
        render: ({ buyer }) => (
          <span className="clipped buyer-cell" title={buyer}>
            {buyer}
          </span>
        ),
      },
      {
        key: 'contact',
        title: t('orders.contact'),
        render: (order) => (
          <span className="contact" title={order.region}>
            <span>{order.contactName}</span> <span className="number">{order.phone}</span>
          </span>
        ),
      },
      {
        key: 'region',
        title: t('order.region'),
        wide: true,
        render: ({ region }) => <span className="nowrap">{region}</span>,
      },
      {
        key: 'createdAt',
        title: t('orders.createdAt'),
        render: (order) => <Moment at={order.createdAt} />,
      },
    ];
    return columns.filter((column) => wide || !column.wide);
  }, [t, wide]);
}

function Status({ order }: { order: OrderListItem }) {
  const { t } = useTranslation();
  const open = t('orders.openExceptions', { count: order.openExceptions });
  return (
    <span className="tags">
      <OrderStatusTag order={order} />
      {order.openExceptions > 0 && (
        <Tooltip title={open}>
          <Link
            className="count"
            to={`/exceptions?orderNumber=${encodeURIComponent(order.orderNumber)}`}
            aria-label={open}
          >
            {order.openExceptions}
          </Link>
        </Tooltip>
      )}
    </span>
  );
}
