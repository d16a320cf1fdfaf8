import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Tooltip } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatFen } from '../format/money.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { HaierStatusTag } from './haier-status-tag.tsx';
import { orderListInput, readOrderFilter } from './order-filter.ts';
import { OrderFilters } from './order-filters.tsx';
import { OrderStatusTag } from './order-status-tag.tsx';

export default function OrdersPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readOrderFilter(address.params);
  const input = orderListInput(filter);
  const { cursor, limit } = address;
  const orders = useQuery(
    ordersApi.order.list.queryOptions(
      { ...input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns = useOrderColumns();
  usePageTitle(t('orders.title'));

  return (
    <div data-testid="orders-page">
      <h1>{t('orders.title')}</h1>
      <OrderFilters address={address} filter={filter} />
      <QueryView query={orders}>
        {({ items, nextCursor }) => (
          <>
            <RecordTable<OrderListItem>
              label={t('orders.title')}
              columns={columns}
              records={items}
              rowKey={(order) => order.orderNumber}
              testId={(order) => `order-row-${order.orderNumber}`}
              loading={orders.isPlaceholderData}
              empty={Object.keys(input).length > 0 ? t('orders.emptyFiltered') : t('orders.empty')}
            />
            <KeysetPager
              address={address}
              count={items.length}
              nextCursor={orders.isPlaceholderData ? undefined : nextCursor}
            />
          </>
        )}
      </QueryView>
    </div>
  );
}

function useOrderColumns(): RecordColumn<OrderListItem>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        key: 'orderNumber',
        title: t('orders.orderNumber'),
        render: (order) => (
          <span className="with-copy">
            <Link to={`/orders/${encodeURIComponent(order.orderNumber)}`} className="number">
              {order.orderNumber}
            </Link>
            <CopyButton text={order.orderNumber} what={t('orders.orderNumber')} />
          </span>
        ),
      },
      {
        key: 'status',
        title: t('orders.status'),
        render: (order) => (
          <span className="tags">
            <OrderStatusTag order={order} />
            {order.openExceptions > 0 && (
              <Tooltip title={t('orders.openExceptions', { count: order.openExceptions })}>
                <span
                  className="count"
                  tabIndex={0}
                  aria-label={t('orders.openExceptions', { count: order.openExceptions })}
                >
                  {order.openExceptions}
                </span>
              </Tooltip>
            )}
          </span>
        ),
      },
      { key: 'haierStatus', title: t('orders.haierStatus'), render: (order) => <HaierStatusTag order={order} /> },
      {
        key: 'payable',
        title: t('orders.payable'),
        align: 'right',
        render: (order) => <Money fen={order.payableFen} />,
      },
      { key: 'products', title: t('orders.products'), render: (order) => <Clipped text={order.summary} /> },
      { key: 'buyer', title: t('orders.buyer'), render: (order) => <Clipped text={order.buyer} short /> },
      {
        key: 'contact',
        title: t('orders.contact'),
        render: (order) => (
          <span className="contact">
            <span>{order.contactName}</span> <span className="number">{order.phone}</span>
          </span>
        ),
      },
      {
        key: 'createdAt',
        title: t('orders.createdAt'),
        render: (order) => <Moment at={order.createdAt} />,
      },
    ],
    [t],
  );
}

const Money = ({ fen }: { fen: number }) => <span className="number">{formatFen(fen)}</span>;

const Clipped = ({ text, short = false }: { text: string; short?: boolean }) => (
  <span className={short ? 'clipped short' : 'clipped'} title={text}>
    {text}
  </span>
);
