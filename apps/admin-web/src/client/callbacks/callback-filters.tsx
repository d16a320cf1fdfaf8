import { useTranslation } from 'react-i18next';
import { ChoiceFilter, ChoicesFilter } from '../paging/choice-filter.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { useListAddress } from '../paging/use-list-address.ts';
import { CALLBACK_FILTER_NAMES, CALLBACK_PROVIDER_NAMES, type CallbackFilter, OUTCOMES } from './callback-filter.ts';

type CallbackFiltersProps = { address: ReturnType<typeof useListAddress>; filter: CallbackFilter };

/** How callbacks are looked for; everything of it stands in the address. */
export function CallbackFilters({ address, filter }: CallbackFiltersProps) {
  const { t } = useTranslation();
  // As it was typed: what is not yet a tail or a field is left standing.
  const typed = (name: string) => address.params.get(name) ?? '';
  const hasField = typed('field') !== '';
  const search = (name: string, label: string, placeholder: string, testId: string, wide = false) => (
    <FilterField label={label} wide={wide}>
      {(id) => (
        <SearchFilter
          id={id}
          value={typed(name)}
          placeholder={placeholder}
          testId={testId}
          onChange={(text) => address.filter({ [name]: text }, { replace: true })}
        />
      )}
    </FilterField>
  );
  return (
    <div className="callback-filters">
      <FilterBar address={address} names={CALLBACK_FILTER_NAMES}>
        {search('orderNumber', t('callbacks.orderFilter'), t('filter.any'), 'filter-order-number')}
        {search('transactionId', t('callbacks.transactionFilter'), t('filter.any'), 'filter-transaction')}
        {search('phoneTail', t('callbacks.phoneFilter'), t('callbacks.phoneHint'), 'filter-phone-tail')}
        {search('field', t('callbacks.fieldFilter'), t('callbacks.fieldHint'), 'filter-field', true)}
        <FilterField label={t('callbacks.receivedRange')}>
          {(id) => (
            <DayRangeFilter
              id={id}
              from={filter.from}
              to={filter.to}
              onChange={(range) => address.filter({ from: range.from, to: range.to })}
            />
          )}
        </FilterField>
        <ChoicesFilter
          label={t('callbacks.outcomeFilter')}
          wide
          testId="filter-outcome"
          value={filter.outcome}
          options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
          onChange={(outcome) => address.filter({ outcome })}
        />
        <ChoiceFilter
          label={t('callbacks.providerFilter')}
          testId="filter-provider"
          value={filter.provider}
          options={CALLBACK_PROVIDER_NAMES.map((value) => ({ value, label: t(`provider.${value}`) }))}
          onChange={(provider) => address.filter({ provider })}
        />
      </FilterBar>
      {hasField && <p className="filter-note secondary">{t('callbacks.fieldSyntax')}</p>}
    </div>
  );
}
