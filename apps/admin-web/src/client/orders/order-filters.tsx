import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceFilter, ChoicesFilter } from '../paging/choice-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { HAIER_STATUS_COLORS } from './haier-status-tag.tsx';
import { ORDER_STATUS_COLORS } from './order-status-tag.tsx';
import { MORE_FILTER_NAMES, ORDER_FILTER_NAMES, type OrderFilter, type YesOrNo } from './order-filter.ts';

type OrderFiltersProps = { address: ListAddress; filter: OrderFilter };

export function OrderFilters({ address, filter }: OrderFiltersProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const more = opened || MORE_FILTER_NAMES.some((name) => filter[name] !== undefined);
  return (
    <FilterBar address={address} names={ORDER_FILTER_NAMES}>
      <SearchFilter address={address} name="q" label={t('orders.search')} hint={t('orders.searchHint')} wide />
      <ChoicesFilter
        label={t('orders.status')}
        testId="filter-status"
        value={filter.status}
        options={keysOf(ORDER_STATUS_COLORS).map((value) => ({ value, label: t(`orderStatus.${value}`) }))}
        onChange={(status) => address.filter({ status })}
      />
      <ChoicesFilter
        label={t('orders.haierStatus')}
        testId="filter-haier-status"
        value={filter.haierStatus}
        options={keysOf(HAIER_STATUS_COLORS).map((value) => ({ value, label: t(`haierStatus.${value}`) }))}
        onChange={(haierStatus) => address.filter({ haierStatus })}
      />
      <DayRangeFilter address={address} label={t('orders.createdRange')} />
      {more ? (
        <MoreFilters address={address} filter={filter} />
      ) : (
        <Button className="more-filters" data-testid="more-filters" onClick={() => setOpened(true)}>
          {t('orderList.moreFilters')}
        </Button>
      )}
    </FilterBar>
  );
}

function MoreFilters({ address, filter }: OrderFiltersProps) {
  const { t } = useTranslation();
  const texts = [
    { name: 'buyer', label: t('orders.buyer'), hint: t('orderList.buyerHint') },
    { name: 'product', label: t('order.productName'), hint: t('orderList.productHint') },
  ] as const;
  const choices = [
    {
      name: 'haier',
      label: t('orderList.haierLines'),
      options: { yes: t('orderList.withHaier'), no: t('orderList.withoutHaier') },
    },
    {
      name: 'exceptions',
      label: t('order.exceptions'),
      options: { yes: t('orderList.withExceptions'), no: t('orderList.withoutExceptions') },
    },
  ] as const satisfies readonly { name: string; label: string; options: Record<YesOrNo, string> }[];
  return (
    <>
      {texts.map(({ name, label, hint }) => (
        <SearchFilter key={name} address={address} name={name} label={label} hint={hint} />
      ))}
      {choices.map(({ name, label, options }) => (
        <ChoiceFilter
          key={name}
          label={label}
          testId={`filter-${name}`}
          value={filter[name]}
          options={keysOf(options).map((value) => ({ value, label: options[value] }))}
          onChange={(value) => address.filter({ [name]: value })}
        />
      ))}
    </>
  );
}

const keysOf = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[];
