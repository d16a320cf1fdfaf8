import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { useListAddress } from '../paging/use-list-address.ts';
import { HAIER_STATUS_COLORS } from './haier-status-tag.tsx';
import { ORDER_STATUS_COLORS } from './order-status-tag.tsx';
import { ORDER_FILTER_NAMES, type OrderFilter } from './order-filter.ts';

type OrderFiltersProps = { address: ReturnType<typeof useListAddress>; filter: OrderFilter };

export function OrderFilters({ address, filter }: OrderFiltersProps) {
  const { t } = useTranslation();
  return (
    <FilterBar address={address} names={ORDER_FILTER_NAMES}>
      <FilterField label={t('orders.search')} wide>
        {(id) => (
          <SearchFilter
            id={id}
            value={filter.q ?? ''}
            placeholder={t('orders.searchHint')}
            testId="filter-q"
            onChange={(q) => address.filter({ q }, { replace: true })}
          />
        )}
      </FilterField>
      <FilterField label={t('orders.status')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            allowClear
            maxTagCount="responsive"
            placeholder={t('filter.any')}
            data-testid="filter-status"
            value={filter.status}
            options={keysOf(ORDER_STATUS_COLORS).map((value) => ({ value, label: t(`orderStatus.${value}`) }))}
            optionFilterProp="label"
            onChange={(status) => address.filter({ status })}
          />
        )}
      </FilterField>
      <FilterField label={t('orders.haierStatus')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            allowClear
            maxTagCount="responsive"
            placeholder={t('filter.any')}
            data-testid="filter-haier-status"
            value={filter.haierStatus}
            options={keysOf(HAIER_STATUS_COLORS).map((value) => ({ value, label: t(`haierStatus.${value}`) }))}
            optionFilterProp="label"
            onChange={(haierStatus) => address.filter({ haierStatus })}
          />
        )}
      </FilterField>
      <FilterField label={t('orders.createdRange')}>
        {(id) => (
          <DayRangeFilter id={id} from={filter.from} to={filter.to} onChange={(range) => address.filter(range)} />
        )}
      </FilterField>
    </FilterBar>
  );
}

const keysOf = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];
