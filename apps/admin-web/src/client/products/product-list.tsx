import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { productApi, ProductView } from '@orderbridge/contracts/catalogue-api';
import { formatFen } from '@orderbridge/contracts/money';
import { ordersApi } from '../api/orders-api.ts';
import { formatCount } from '../format/count.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Moment } from '../layout/moment.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { ChoiceFilter } from '../paging/choice-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { type ListSorts, type SortOf } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { PRODUCT_PARAM } from './product-drawer.tsx';
import { PRODUCT_FILTER_NAMES, PRODUCT_SOURCES, productListInput } from './product-filter.ts';

// Syncs and stock are told by no event of an order.
const LOOK_EVERY_MS = 15_000;

const SORTS = {
  code: { column: 'productCode', direction: 'ascending' },
  codeDown: { column: 'productCode', direction: 'descending' },
  lowestPrice: { column: 'price', direction: 'ascending' },
  highestPrice: { column: 'price', direction: 'descending' },
  lowestStock: { column: 'stock', direction: 'ascending' },
  highestStock: { column: 'stock', direction: 'descending' },
} as const satisfies ListSorts<SortOf<typeof productApi.list>>;

/** What is sold, by code; or only what runs low, the emptiest first, which only local goods do; both unless told otherwise. */
export function ProductList({ lowStock = false }: { lowStock?: boolean }) {
  const { t } = useTranslation();
  const address = useListAddress();
  const { q, source } = productListInput(address.params);
  const input = { ...(q && { q }), ...(lowStock ? { lowStock } : source && { source }) };
  const isFiltered = Boolean(q || (source && !lowStock));
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, lowStock ? 'lowestStock' : 'code');
  const products = useQuery(
    ordersApi.product.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const [, open] = useOpenRecord(PRODUCT_PARAM);
  const columns = useProductColumns(open);
  return (
    <>
      {!lowStock && (
        <SavedViews
          room="products"
          address={address}
          names={PRODUCT_FILTER_NAMES}
          defaults={[
            { name: t('views.all'), query: '' },
            ...PRODUCT_SOURCES.map((value) => ({ name: t(`productSource.${value}`), query: `source=${value}` })),
          ]}
        />
      )}
      <FilterBar address={address} names={PRODUCT_FILTER_NAMES}>
        <SearchFilter address={address} name="q" label={t('orders.search')} hint={t('products.searchHint')} wide />
        {!lowStock && (
          <ChoiceFilter
            label={t('order.source')}
            testId="filter-source"
            value={source}
            options={PRODUCT_SOURCES.map((value) => ({ value, label: t(`productSource.${value}`) }))}
            onChange={(chosen) => address.filter({ source: chosen })}
          />
        )}
      </FilterBar>
      <RecordList<ProductView>
        query={products}
        address={address}
        label={lowStock ? t('products.tabLow') : t('products.tabProducts')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ productCode }) => productCode}
        testId={({ productCode }) => `products-row-${productCode}`}
        onOpen={({ productCode }) => open(productCode)}
        empty={isFiltered ? t('products.emptyFiltered') : lowStock ? t('products.emptyLow') : t('products.empty')}
      />
    </>
  );
}

function useProductColumns(open: (productCode: string) => void): RecordColumn<ProductView>[] {
  const { t } = useTranslation();
  const staffText = useStaffText();
  return [
    {
      key: 'productCode',
      title: t('products.code'),
      render: ({ productCode }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('products.open', { code: productCode })}
          onClick={() => open(productCode)}
        >
          {productCode}
        </Button>
      ),
    },
    {
      key: 'sale',
      title: t('products.sale'),
      render: ({ notForSale, notForSaleEn }) =>
        notForSale === null ? (
          <Tag color="green">{t('products.onSale')}</Tag>
        ) : (
          <span title={staffText(notForSale, notForSaleEn)}>
            <Tag color="red">{t('products.notForSale')}</Tag>
          </span>
        ),
    },
    {
      key: 'name',
      title: t('order.productName'),
      render: ({ name }) => (
        <span className="clipped" title={name}>
          {name}
        </span>
      ),
    },
    { key: 'source', title: t('order.source'), render: ({ source }) => t(`productSource.${source}`) },
    {
      key: 'price',
      title: t('products.price'),
      align: 'right',
      render: ({ priceFen }) => <span className="number">{priceFen === 0 ? '—' : formatFen(priceFen)}</span>,
    },
    {
      key: 'stock',
      title: t('products.stock'),
      align: 'right',
      render: ({ stock, isLow }) => (
        <span className="stock">
          {isLow && <Tag color="volcano">{t('products.low')}</Tag>}
          {formatCount(stock)}
        </span>
      ),
    },
    { key: 'held', title: t('products.held'), align: 'right', render: ({ heldQty }) => formatCount(heldQty) },
    { key: 'sales', title: t('products.sales'), align: 'right', render: ({ salesCount }) => formatCount(salesCount) },
    {
      key: 'lastSyncAt',
      title: t('products.lastSyncAt'),
      render: ({ lastSyncAt }) => (lastSyncAt === null ? '—' : <Moment at={lastSyncAt} />),
    },
  ];
}
