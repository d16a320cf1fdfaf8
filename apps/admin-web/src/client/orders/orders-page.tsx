import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { orderApi, OrderListItem } from '@orderbridge/contracts/orders-api';
import { ordersApi, queryClient } from '../api/orders-api.ts';
import { ExportWithDialog } from '../exports/export-with-dialog.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { type ListSorts, sortInput, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { readPlace, useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { ORDER_FILTER_NAMES, orderListInput, readOrderFilter } from './order-filter.ts';
import { OrderFilters } from './order-filters.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useDefaultViews } from './use-default-views.ts';
import { useOrderColumns } from './use-order-columns.tsx';
import { useOrderSelection } from './use-order-selection.ts';
import './orders-page.css';

const PAGE_SIZES = [20, 50, 100, 500];
const SORTS = timeSorts('createdAt') satisfies ListSorts<SortOf<typeof orderApi.list>>;

/** Asks for the orders that an address names before the page is there to show them. */
export const readAhead = (params: URLSearchParams): Promise<void> => queryClient.prefetchQuery(pageOfOrders(params));

export default function OrdersPage() {
  const { t } = useTranslation();
  const address = useListAddress(PAGE_SIZES);
  const filter = readOrderFilter(address.params);
  const input = orderListInput(filter);
  const orders = useQuery({ ...pageOfOrders(address.params), placeholderData: keepPreviousData });
  const { sorting } = useListSort(address, SORTS, 'newest');
  const columns = useOrderColumns();
  const views = useDefaultViews();
  const { selected, selection, clear } = useOrderSelection();
  usePageTitle(t('orders.title'));

  return (
    <div className="orders-page" data-testid="orders-page">
      <header className="room-head">
        <h1>{t('orders.title')}</h1>
        <ExportWithDialog
          label={t('exports.csv')}
          title={t('orderList.exportTitle')}
          effects={[
            Object.keys(input).length > 0 ? t('orderList.exportFiltered') : t('orderList.exportAll'),
            t('orderList.exportLogged'),
          ]}
          file="orders.csv"
          filters={input}
          testId="export-orders"
        />
      </header>
      <SavedViews room="orders" address={address} names={ORDER_FILTER_NAMES} defaults={views} />
      <OrderFilters address={address} filter={filter} />
      <RecordList<OrderListItem>
        query={orders}
        address={address}
        label={t('orders.title')}
        columns={columns}
        sorting={sorting}
        rowKey={(order) => order.orderNumber}
        testId={(order) => `order-row-${order.orderNumber}`}
        selection={selection}
        empty={Object.keys(input).length > 0 ? t('orders.emptyFiltered') : t('orders.empty')}
      />
      <SelectionBar selected={selected} onClear={clear} />
    </div>
  );
}

function pageOfOrders(params: URLSearchParams) {
  const { cursor, limit } = readPlace(params, PAGE_SIZES);
  const input = orderListInput(readOrderFilter(params));
  return ordersApi.order.list.queryOptions({
    ...input,
    ...sortInput(params, SORTS, 'newest'),
    limit,
    ...(cursor !== undefined && { cursor }),
  });
}
