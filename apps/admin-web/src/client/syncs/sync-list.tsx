import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { syncApi, SyncRun } from '@orderbridge/contracts/integrations-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import type { RecordColumn } from '../layout/record-table.tsx';
import { ChoiceFilter } from '../paging/choice-filter.tsx';
import { DayRangeFilter } from '../paging/day-range-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { useListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { useOpenRecord } from '../paging/use-open-record.ts';
import { SYNC_PARAM } from './sync-drawer.tsx';
import { SYNC_FILTER_NAMES, SYNC_STATUSES, SYNC_TYPES, syncListInput } from './sync-filter.ts';
import { formatDuration, isOpen, percentDone } from './sync-progress.ts';
import { SyncStatusTag } from './sync-status-tag.tsx';

const LOOK_WHILE_RUNNING_MS = 2_000;
const LOOK_EVERY_MS = 10_000;
const SORTS = timeSorts('createdAt') satisfies ListSorts<SortOf<typeof syncApi.list>>;

export function SyncList() {
  const { t } = useTranslation();
  const address = useListAddress();
  const input = syncListInput(address.params);
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, 'newest');
  const runs = useQuery(
    integrationsApi.sync.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      {
        placeholderData: keepPreviousData,
        refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? LOOK_WHILE_RUNNING_MS : LOOK_EVERY_MS),
      },
    ),
  );
  const [, open] = useOpenRecord(SYNC_PARAM);
  const columns = useSyncColumns(open);
  return (
    <>
      <SavedViews
        room="syncs"
        address={address}
        names={SYNC_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          { name: t('syncStatus.failed'), query: 'status=failed' },
        ]}
      />
      <FilterBar address={address} names={SYNC_FILTER_NAMES}>
        <ChoiceFilter
          label={t('syncs.type')}
          testId="filter-type"
          value={input.type}
          options={SYNC_TYPES.map((value) => ({ value, label: t(`syncType.${value}`) }))}
          onChange={(type) => address.filter({ type })}
        />
        <ChoiceFilter
          label={t('order.state')}
          testId="filter-status"
          value={input.status}
          options={SYNC_STATUSES.map((value) => ({ value, label: t(`syncStatus.${value}`) }))}
          onChange={(status) => address.filter({ status })}
        />
        <DayRangeFilter address={address} label={t('syncs.createdAt')} />
      </FilterBar>
      <RecordList<SyncRun>
        query={runs}
        address={address}
        label={t('syncs.title')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `syncs-row-${id}`}
        onOpen={({ id }) => open(id)}
        empty={Object.keys(input).length > 0 ? t('syncs.emptyFiltered') : t('syncs.empty')}
      />
    </>
  );
}

function useSyncColumns(open: (id: string) => void): RecordColumn<SyncRun>[] {
  const { t } = useTranslation();
  const { actor } = useLabels();
  const staffText = useStaffText();
  return [
    {
      key: 'createdAt',
      title: t('syncs.createdAt'),
      render: ({ id, createdAt }) => (
        <Button
          type="link"
          className="cell-button number"
          aria-label={t('syncs.open', { time: formatInstant(createdAt) })}
          onClick={() => open(id)}
        >
          {formatInstant(createdAt)}
        </Button>
      ),
    },
    { key: 'status', title: t('order.state'), render: (run) => <SyncStatusTag run={run} /> },
    { key: 'type', title: t('syncs.type'), render: ({ type }) => t(`syncType.${type}`) },
    {
      key: 'counts',
      title: t('syncs.counts'),
      align: 'right',
      render: (run) =>
        isOpen(run) && run.totalCount > 0 ? (
          <span className="number">{`${run.doneCount} / ${run.totalCount} (${percentDone(run)}%)`}</span>
        ) : (
          <span className="number">{`${run.successCount} / ${run.totalCount}`}</span>
        ),
    },
    {
      key: 'failed',
      title: t('syncs.failed'),
      align: 'right',
      render: ({ failedCount }) => <span className={failedCount > 0 ? 'danger' : undefined}>{failedCount}</span>,
    },
    { key: 'changed', title: t('syncs.changed'), align: 'right', render: ({ changedCount }) => changedCount },
    {
      key: 'duration',
      title: t('syncs.duration'),
      align: 'right',
      render: ({ durationSeconds }) => (
        <span className="number">{durationSeconds === null ? '—' : formatDuration(durationSeconds)}</span>
      ),
    },
    {
      key: 'message',
      title: t('syncs.message'),
      render: ({ message, messageEn }) => <span className="sync-message">{staffText(message, messageEn)}</span>,
    },
    { key: 'by', title: t('syncs.by'), render: ({ by }) => <span className="nowrap">{actor(by)}</span> },
  ];
}
