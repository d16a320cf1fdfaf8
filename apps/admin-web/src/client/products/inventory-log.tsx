import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { inventoryApi, InventoryEntry } from '@orderbridge/contracts/catalogue-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatCount } from '../format/count.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { ChoiceFilter } from '../paging/choice-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { PRODUCT_PARAM } from './product-drawer.tsx';
import { CHANGE_COLORS, CHANGE_TYPES, INVENTORY_FILTER_NAMES, inventoryLogInput } from './product-filter.ts';

const LOOK_EVERY_MS = 15_000;

const SORTS = timeSorts('at') satisfies ListSorts<SortOf<typeof inventoryApi.log>>;

/** Every change of the local stock, the latest first unless told otherwise. */
export function InventoryLog() {
  const { t } = useTranslation();
  const address = useListAddress();
  const input = inventoryLogInput(address.params);
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, 'newest');
  const log = useQuery(
    ordersApi.inventory.log.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const columns = useLogColumns();
  return (
    <>
      <FilterBar address={address} names={INVENTORY_FILTER_NAMES}>
        <SearchFilter address={address} name="productCode" label={t('products.code')} hint={t('products.codeHint')} />
        <SearchFilter
          address={address}
          name="orderNumber"
          label={t('orders.orderNumber')}
          hint={t('payments.orderHint')}
        />
        <ChoiceFilter
          label={t('products.change')}
          testId="filter-change"
          value={input.changeType}
          options={CHANGE_TYPES.map((value) => ({ value, label: t(`inventoryChange.${value}`) }))}
          onChange={(change) => address.filter({ change })}
        />
      </FilterBar>
      <RecordList<InventoryEntry>
        query={log}
        address={address}
        label={t('products.tabLog')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `inventory-row-${id}`}
        empty={Object.keys(input).length > 0 ? t('products.emptyLogFiltered') : t('products.emptyLog')}
      />
    </>
  );
}

function useLogColumns(): RecordColumn<InventoryEntry>[] {
  const { t } = useTranslation();
  const { label, actor } = useLabels();
  const [, open] = useOpenRecord(PRODUCT_PARAM);
  return [
    { key: 'at', title: t('products.at'), render: ({ at }) => <Moment at={at} /> },
    {
      key: 'change',
      title: t('products.change'),
      render: ({ changeType }) => <Tag color={CHANGE_COLORS[changeType]}>{t(`inventoryChange.${changeType}`)}</Tag>,
    },
    {
      key: 'quantity',
      title: t('order.quantity'),
      align: 'right',
      render: ({ quantity }) => (
        <span className="number">{quantity > 0 ? `+${formatCount(quantity)}` : formatCount(quantity)}</span>
      ),
    },
    {
      key: 'product',
      title: t('products.product'),
      render: ({ productCode, productName }) => (
        <span className="product">
          <Button
            type="link"
            className="cell-button log-product"
            aria-label={t('products.open', { code: productCode })}
            onClick={() => open(productCode)}
          >
            {productCode}
          </Button>
          <span className="secondary clipped" title={productName}>
            {productName}
          </span>
        </span>
      ),
    },
    {
      key: 'reason',
      title: t('order.reason'),
      render: ({ reason, note }) => (
        <span className="product">
          <span>{label('inventoryReason', reason)}</span>
          {note !== null && <span className="secondary as-written">{note}</span>}
        </span>
      ),
    },
    {
      key: 'order',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    { key: 'by', title: t('products.by'), render: ({ by }) => actor(by) },
  ];
}
