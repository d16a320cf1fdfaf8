import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { jobApi, JobView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { useWideScreen } from '../layout/media-queries.ts';
import { ChoiceFilter } from '../paging/choice-filter.tsx';
import { FilterBar } from '../paging/filter-bar.tsx';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';
import { RecordList } from '../paging/record-list.tsx';
import { SavedViews } from '../paging/saved-views.tsx';
import { SearchFilter } from '../paging/search-filter.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { useListSort } from '../paging/use-list-sort.ts';
import { JOB_FILTER_NAMES, JOB_KINDS_SHOWN, JOB_STATE_COLORS, JOB_STATES_SHOWN, jobListInput } from './job-filter.ts';
import { OpenJob } from './open-job.tsx';
import { RetryJob } from './retry-job.tsx';
import { useOpenJob } from './use-open-job.ts';

const LOOK_EVERY_MS = 5_000;
const SORTS = {
  ...timeSorts('createdAt'),
  nextDue: { column: 'next', direction: 'ascending' },
} as const satisfies ListSorts<SortOf<typeof jobApi.list>>;

export function JobList({ address }: { address: ListAddress }) {
  const { t } = useTranslation();
  const input = jobListInput(address.params);
  const { cursor, limit } = address;
  const sort = useListSort(address, SORTS, 'newest');
  const jobs = useQuery(
    integrationsApi.job.list.queryOptions(
      { ...input, ...sort.input, limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const open = useOpenJob();
  const columns = useJobColumns();
  return (
    <>
      <SavedViews
        room="jobs"
        address={address}
        names={JOB_FILTER_NAMES}
        defaults={[
          { name: t('views.all'), query: '' },
          ...(['waiting', 'refused', 'gave_up'] as const).map((state) => ({
            name: t(`jobState.${state}`),
            query: `state=${state}`,
          })),
        ]}
      />
      <FilterBar address={address} names={JOB_FILTER_NAMES}>
        <SearchFilter
          address={address}
          name="orderNumber"
          label={t('orders.orderNumber')}
          hint={t('orders.orderNumber')}
        />
        <ChoiceFilter
          label={t('jobs.kind')}
          testId="filter-kind"
          value={input.kind}
          options={JOB_KINDS_SHOWN.map((value) => ({ value, label: t(`jobKind.${value}`) }))}
          onChange={(kind) => address.filter({ kind })}
        />
        <ChoiceFilter
          label={t('jobs.state')}
          testId="filter-state"
          value={input.state}
          options={JOB_STATES_SHOWN.map((value) => ({ value, label: t(`jobState.${value}`) }))}
          onChange={(state) => address.filter({ state })}
        />
      </FilterBar>
      {input.batchId !== undefined && (
        <p data-testid="jobs-of-batch">
          {t('jobs.ofBatch', { id: input.batchId })} <Link to="/jobs?tab=batches">{t('jobs.allBatches')}</Link>
        </p>
      )}
      <RecordList<JobView>
        query={jobs}
        address={address}
        label={t('jobs.tabJobs')}
        columns={columns}
        sorting={sort.sorting}
        rowKey={({ id }) => id}
        testId={({ id }) => `job-row-${id}`}
        onOpen={({ id }) => open(id)}
        empty={Object.keys(input).length > 0 ? t('jobs.emptyFiltered') : t('jobs.empty')}
      />
    </>
  );
}

function useJobColumns(): RecordColumn<JobView>[] {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const wide = useWideScreen();
  return [
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'state',
      title: t('jobs.state'),
      render: ({ state }) => <Tag color={JOB_STATE_COLORS[state]}>{t(`jobState.${state}`)}</Tag>,
    },
    { key: 'kind', title: t('jobs.kind'), render: (job) => <OpenJob job={job} /> },
    { key: 'attempts', title: t('jobs.attempts'), align: 'right', render: ({ attempts }) => attempts },
    {
      key: 'last',
      title: t('jobs.last'),
      render: ({ lastOutcome, detail, detailEn }) => (
        <>
          {lastOutcome === null ? '—' : t(`jobOutcome.${lastOutcome}`)}
          {detail !== null && <div className="secondary as-written job-detail">{staffText(detail, detailEn)}</div>}
        </>
      ),
    },
    {
      key: 'next',
      title: t('jobs.next'),
      render: ({ nextAttemptAt, state }) =>
        nextAttemptAt !== null && state === 'waiting' ? <Moment at={nextAttemptAt} /> : '—',
    },
    { key: 'createdAt', title: t('jobs.createdAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
    ...(wide
      ? [
          {
            key: 'updatedAt',
            title: t('jobs.updatedAt'),
            render: ({ updatedAt }: JobView) => <Moment at={updatedAt} />,
          },
        ]
      : []),
    { key: 'act', title: t('jobs.act'), render: (job) => <RetryJob job={job} /> },
  ];
}
