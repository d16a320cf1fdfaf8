import { useTranslation } from 'react-i18next';
import { ChoiceFilter, ChoicesFilter } from '../paging/choice-filter.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { CALLBACK_FILTER_NAMES, CALLBACK_PROVIDER_NAMES, type CallbackFilter, OUTCOMES } from './callback-filter.ts';

type CallbackFiltersProps = { address: ListAddress; filter: CallbackFilter };

/** How callbacks are looked for; everything of it stands in the address. */
export function CallbackFilters({ address, filter }: CallbackFiltersProps) {
  const { t } = useTranslation();
  const any = t('filter.any');
  return (
    <div className="callback-filters">
      <FilterBar address={address} names={CALLBACK_FILTER_NAMES}>
        <SearchFilter address={address} name="orderNumber" label={t('callbacks.orderFilter')} hint={any} />
        <SearchFilter address={address} name="transactionId" label={t('callbacks.transactionFilter')} hint={any} />
        <SearchFilter
          address={address}
          name="phoneTail"
          label={t('callbacks.phoneFilter')}
          hint={t('callbacks.phoneHint')}
        />
        <SearchFilter
          address={address}
          name="field"
          label={t('callbacks.fieldFilter')}
          hint={t('callbacks.fieldHint')}
          wide
        />
        <DayRangeFilter address={address} label={t('callbacks.receivedRange')} />
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
      {address.params.get('field') && <p className="filter-note secondary">{t('callbacks.fieldSyntax')}</p>}
    </div>
  );
}
