import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { callbackApi, CallbackItem } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { ExportList } from '../exports/export-list.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { KeysetPager } from '../paging/keyset-pager.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { SavedViews } from '../paging/saved-views.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { BulkReplay } from './bulk-replay.tsx';
import { CallbackDrawer } from './callback-drawer.tsx';
import { CALLBACK_FILTER_NAMES, callbackListInput, lacksBounds, readCallbackFilter } from './callback-filter.ts';
import { CallbackFilters } from './callback-filters.tsx';
import { CallbackTable } from './callback-table.tsx';
import { useCallbackSelection } from './use-callback-selection.ts';
import './callbacks.css';

// Refused requests are told by no event, so this page also looks by itself.
const LOOK_EVERY_MS = 15_000;
const SORTS = timeSorts('receivedAt') satisfies ListSorts<SortOf<typeof callbackApi.list>>;

/** What was verified and changed nothing though it meant to. */
const TROUBLE = new URLSearchParams(
  (['conflict', 'amount_mismatch', 'malformed', 'unknown_method', 'parked'] satisfies CallbackItem['outcome'][]).map(
    (outcome) => ['outcome', outcome],
  ),
).toString();

export default function CallbacksPage() {
  const { t } = useTranslation();
  const address = useListAddress();
  const filter = readCallbackFilter(address.params);
  const input = callbackListInput(filter);
  const unbounded = lacksBounds(filter);
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, 'newest');
  const callbacks = useQuery(
    ordersApi.callback.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS, enabled: !unbounded },
    ),
  );
  const { selected, selection, clear } = useCallbackSelection();
  usePageTitle(t('callbacks.title'));
  const filtered = Object.keys(input).length > 0;

  return (
    <div data-testid="callbacks-page" className="callbacks-page">
      <header className="room-head">
        <h1>{t('callbacks.title')}</h1>
        {!unbounded && <ExportList list="callbacks" filters={input} />}
      </header>
      <SavedViews
        room="callbacks"
        address={address}
        names={CALLBACK_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          { name: t('callbacks.viewTrouble'), query: TROUBLE },
          { name: t('outcome.orphan'), query: 'outcome=orphan' },
          { name: t('outcome.late'), query: 'outcome=late' },
          { name: t('outcome.refused'), query: 'outcome=refused' },
        ]}
      />
      <CallbackFilters address={address} filter={filter} />
      {unbounded ? (
        <Alert type="info" showIcon title={t('callbacks.fieldBounds')} data-testid="field-bounds" />
      ) : (
        <QueryView query={callbacks}>
          {({ items, nextCursor }) => (
            <>
              <CallbackTable
                callbacks={items}
                selection={selection}
                sorting={sort.sorting}
                loading={callbacks.isPlaceholderData}
                empty={
                  nextCursor !== null
                    ? t('callbacks.fieldPage')
                    : filtered
                      ? t('callbacks.emptyFiltered')
                      : t('callbacks.empty')
                }
              />
              <KeysetPager
                address={address}
                count={items.length}
                nextCursor={callbacks.isPlaceholderData ? undefined : nextCursor}
              />
              <BulkReplay selected={selected} filter={input} canReplayMatching={filtered} onClear={clear} />
            </>
          )}
        </QueryView>
      )}
      <CallbackDrawer />
    </div>
  );
}
