import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { exceptionApi, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ordersApi } from '../api/orders-api.ts';
import { CallbackDrawer } from '../callbacks/callback-drawer.tsx';
import { ExportList } from '../exports/export-list.tsx';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { FilterBar, FilterField } from '../paging/filter-bar.tsx';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import { SortChoice } from '../paging/sort-choice.tsx';
import { type ListAddress, useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useSession } from '../session/session-guard.tsx';
import { BulkCases } from './bulk-cases.tsx';
import { ExceptionCard } from './exception-actions.tsx';
import { useAge } from './exception-age.tsx';
import { ExceptionCauses } from './exception-causes.tsx';
import {
  EXCEPTION_FILTER_NAMES,
  EXCEPTION_VIEW_NAMES,
  type ExceptionFilter,
  exceptionListInput,
  readExceptionFilter,
} from './exception-filter.ts';
import { ExceptionQueues } from './exception-queues.tsx';
import { OwnerFilter } from './owner-filter.tsx';
import './exceptions.css';

// The live feed tells of orders, not of who has taken a case on; and ages grow.
const LOOK_EVERY_MS = 15_000;

// Cases are cards, not rows of a table: the column is only a name.
const SORTS = timeSorts('time') satisfies ListSorts<SortOf<typeof exceptionApi.list>>;

export default function ExceptionsPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readExceptionFilter(address.params);
  const { username } = useSession();
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, filter.status === 'open' ? 'oldest' : 'newest');
  const summary = useQuery(ordersApi.exception.summary.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS }));
  const cases = useQuery(
    ordersApi.exception.list.queryOptions(
      { ...exceptionListInput(filter, username), ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS, refetchOnMount: 'always' },
    ),
  );
  const age = useAge();
  usePageTitle(t('exceptions.title'));
  const total = summary.data;

  return (
    <div data-testid="exceptions-page" className="exceptions-page">
      <div className="room-head">
        <h1>{t('exceptions.title')}</h1>
        {total && total.oldestAgeSeconds !== null && (
          <span className="secondary" data-testid="exceptions-total">
            {t('exceptions.openTotal', { count: total.open })} ·{' '}
            {t('exceptions.oldest', { age: age(total.oldestAgeSeconds) })}
          </span>
        )}
        <StatusTabs address={address} filter={filter} />
        <ExportList list="exceptions" filters={exceptionListInput(filter, username)} />
      </div>
      <SavedViews
        room="exceptions"
        address={address}
        names={EXCEPTION_VIEW_NAMES}
        defaults={[
          { name: t('exceptions.viewOpen'), query: '' },
          { name: t('exceptions.mineOnly'), query: 'owner=me' },
          { name: t('exceptions.unowned'), query: 'owner=nobody' },
        ]}
      />
      {filter.status === 'open' && (
        <QueryView query={summary}>
          {(view) =>
            view.open > 0 && (
              <ExceptionQueues
                summary={view}
                chosen={filter.kind}
                onChoose={(kind) => address.filter({ kind, cause: null })}
              />
            )
          }
        </QueryView>
      )}
      {filter.status === 'open' && filter.kind && (
        <ExceptionCauses
          kind={filter.kind}
          chosen={filter.cause}
          refetchInterval={LOOK_EVERY_MS}
          onChoose={(cause) => address.filter({ cause })}
        />
      )}
      <Filters address={address} filter={filter} sort={sort} />
      <QueryView query={cases}>
        {({ items, nextCursor }) => (
          <>
            <CaseList items={items} filter={filter} isWell={total?.open === 0} loading={cases.isPlaceholderData} />
            <KeysetPager
              address={address}
              count={items.length}
              nextCursor={cases.isPlaceholderData ? undefined : nextCursor}
            />
          </>
        )}
      </QueryView>
      <CallbackDrawer />
    </div>
  );
}

function StatusTabs({ address, filter }: { address: ListAddress; filter: ExceptionFilter }) {
  const { t } = useTranslation();
  const names = { open: t('exceptions.open'), resolved: t('exceptions.resolvedTab') };
  return (
    <div className="status-tabs" role="group" aria-label={t('exceptions.tabs')}>
      {(['open', 'resolved'] as const).map((status) => (
        <button
          type="button"
          key={status}
          className="chip"
          aria-pressed={filter.status === status}
          onClick={() => address.filter({ status: status === 'open' ? null : status, cause: null })}
          data-testid={`status-${status}`}
        >
          {names[status]}
        </button>
      ))}
    </div>
  );
}

type FiltersProps = {
  address: ListAddress;
  filter: ExceptionFilter;
  sort: { sort: keyof typeof SORTS; choose: (sort: keyof typeof SORTS) => void };
};

function Filters({ address, filter, sort }: FiltersProps) {
  const { t } = useTranslation();
  return (
    <FilterBar address={address} names={EXCEPTION_FILTER_NAMES}>
      <SearchFilter address={address} name="orderNumber" label={t('exceptions.orderFilter')} hint={t('filter.any')} />
      <OwnerFilter value={filter.owner} onChange={(owner) => address.filter({ owner })} />
      <FilterField label={t('paging.sort')}>
        {(id) => (
          <SortChoice
            id={id}
            value={sort.sort}
            options={[
              { value: 'oldest', label: t('exceptions.oldestFirst') },
              { value: 'newest', label: t('exceptions.newestFirst') },
            ]}
            onChange={sort.choose}
          />
        )}
      </FilterField>
    </FilterBar>
  );
}

type CaseListProps = { items: readonly ExceptionItem[]; filter: ExceptionFilter; isWell: boolean; loading: boolean };

function CaseList({ items, filter, isWell, loading }: CaseListProps) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  // Many at once only within one queue, where one act means one thing.
  const selectable = filter.status === 'open' && filter.kind !== undefined;
  const selected = selectable ? items.filter(({ id, kind }) => kind === filter.kind && ticked.has(id)) : [];
  const tick = (id: string, isTicked: boolean) =>
    setTicked((before) => new Set(isTicked ? [...before, id] : [...before].filter((other) => other !== id)));

  return (
    <>
      {items.length === 0 ? (
        <NoCases filter={filter} isWell={isWell} />
      ) : (
        <ul className="case-list" aria-busy={loading} data-testid="case-list">
          {items.map((item) => (
            <li
              key={item.id}
              className={selectable ? 'selectable' : undefined}
              data-testid={`exceptions-row-${item.id}`}
            >
              {selectable && (
                <input
                  type="checkbox"
                  className="select-box"
                  aria-label={t('exceptions.select', {
                    kind: label('exceptionKind', item.kind),
                    at: formatInstant(item.createdAt),
                  })}
                  checked={ticked.has(item.id)}
                  onChange={({ target }) => tick(item.id, target.checked)}
                />
              )}
              <ExceptionCard item={item} />
            </li>
          ))}
        </ul>
      )}
      {/* Stays when the last case is gone: it says what became of each. */}
      {selectable ? (
        <BulkCases
          isEmpty={items.length === 0}
          selected={selected}
          onSelectPage={() => setTicked(new Set(items.map(({ id }) => id)))}
          onClear={() => setTicked(new Set())}
        />
      ) : (
        filter.status === 'open' && items.length > 1 && <p className="secondary bulk-hint">{t('exceptions.oneKind')}</p>
      )}
    </>
  );
}

function NoCases({ filter, isWell }: { filter: ExceptionFilter; isWell: boolean }) {
  const { t } = useTranslation();
  if (filter.status === 'open' && isWell)
    return (
      <div className="all-well" role="status" data-testid="all-well">
        <CheckCircleOutlined />
        <strong>{t('exceptions.allWell')}</strong>
        <span className="secondary">{t('exceptions.allWellText')}</span>
      </div>
    );
  const isFiltered = filter.status === 'open' || filter.orderNumber || filter.owner || filter.kind;
  return (
    <div className="all-well" role="status" data-testid="no-cases">
      <span className="secondary">{isFiltered ? t('exceptions.noneOfKind') : t('exceptions.noneResolved')}</span>
    </div>
  );
}
