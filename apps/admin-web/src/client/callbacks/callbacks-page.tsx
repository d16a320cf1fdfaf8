import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ordersApi } from '../api/orders-api.ts';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { CallbackDrawer } from './callback-drawer.tsx';
import {
  CALLBACK_FILTER_NAMES,
  CALLBACK_PROVIDER_NAMES,
  callbackListInput,
  OUTCOMES,
  readCallbackFilter,
} from './callback-filter.ts';
import { CallbackTable } from './callback-table.tsx';

// Refused requests are told by no event, so this page also looks by itself.
const LOOK_EVERY_MS = 15_000;

export default function CallbacksPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readCallbackFilter(address.params);
  const input = callbackListInput(filter);
  const { cursor, limit } = address;
  const callbacks = useQuery(
    ordersApi.callback.list.queryOptions(
      { ...input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  usePageTitle(t('callbacks.title'));

  return (
    <div data-testid="callbacks-page">
      <h1>{t('callbacks.title')}</h1>
      <FilterBar address={address} names={CALLBACK_FILTER_NAMES}>
        <FilterField label={t('callbacks.orderFilter')}>
          {(id) => (
            <SearchFilter
              id={id}
              value={filter.orderNumber ?? ''}
              placeholder={t('callbacks.orderFilter')}
              testId="filter-order-number"
              onChange={(orderNumber) => address.filter({ orderNumber }, { replace: true })}
            />
          )}
        </FilterField>
        <FilterField label={t('callbacks.outcomeFilter')}>
          {(id) => (
            <Select
              id={id}
              mode="multiple"
              allowClear
              maxTagCount="responsive"
              placeholder={t('filter.any')}
              data-testid="filter-outcome"
              value={filter.outcome}
              options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
              optionFilterProp="label"
              onChange={(outcome) => address.filter({ outcome })}
            />
          )}
        </FilterField>
        <FilterField label={t('callbacks.providerFilter')}>
          {(id) => (
            <Select
              id={id}
              allowClear
              placeholder={t('filter.any')}
              data-testid="filter-provider"
              value={filter.provider}
              options={CALLBACK_PROVIDER_NAMES.map((value) => ({ value, label: t(`provider.${value}`) }))}
              onChange={(provider) => address.filter({ provider: provider ?? null })}
            />
          )}
        </FilterField>
      </FilterBar>
      <QueryView query={callbacks}>
        {({ items, nextCursor }) => (
          <>
            <CallbackTable
              callbacks={items}
              loading={callbacks.isPlaceholderData}
              empty={Object.keys(input).length > 0 ? t('callbacks.emptyFiltered') : t('callbacks.empty')}
            />
            <KeysetPager
              address={address}
              count={items.length}
              nextCursor={callbacks.isPlaceholderData ? undefined : nextCursor}
            />
          </>
        )}
      </QueryView>
      <CallbackDrawer />
    </div>
  );
}
