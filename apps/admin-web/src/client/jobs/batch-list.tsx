import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Progress, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BatchView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { Moment } from '../layout/moment.tsx';
import type { RecordColumn } from '../layout/record-table.tsx';
import { RecordList } from '../paging/record-list.tsx';
import type { ListAddress } from '../paging/use-list-address.ts';
import { useSession } from '../session/session-guard.tsx';

const LOOK_EVERY_MS = 2_000;

/** Bulk pushes with how far each has come; what is not sent yet can be held back and let go. */
export function BatchList({ address }: { address: ListAddress }) {
  const { t } = useTranslation();
  const { cursor, limit } = address;
  const batches = useQuery(
    integrationsApi.job.batches.queryOptions(
      { limit, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  const columns: RecordColumn<BatchView>[] = [
    {
      key: 'createdAt',
      title: t('jobs.batchStarted'),
      render: ({ id, createdAt }) => (
        <Link to={`/jobs?batchId=${id}`}>
          <Moment at={createdAt} />
        </Link>
      ),
    },
    { key: 'state', title: t('jobs.state'), render: (batch) => <BatchState batch={batch} /> },
    {
      key: 'progress',
      title: t('jobs.progress'),
      render: (batch) => (
        <Progress
          className="batch-progress"
          size="small"
          percent={percentDone(batch)}
          status={batch.waiting === 0 && batch.refused > 0 ? 'exception' : 'normal'}
          aria-label={t('jobs.progress')}
        />
      ),
    },
    { key: 'total', title: t('jobs.total'), align: 'right', render: ({ total }) => total },
    { key: 'done', title: t('jobs.done'), align: 'right', render: ({ done }) => done },
    {
      key: 'refused',
      title: t('jobs.refused'),
      align: 'right',
      render: ({ refused }) => <span className={refused > 0 ? 'danger' : ''}>{refused}</span>,
    },
    { key: 'waiting', title: t('jobs.waiting'), align: 'right', render: ({ waiting }) => waiting },
    { key: 'act', title: t('jobs.act'), render: (batch) => <HoldBatch batch={batch} /> },
  ];
  return (
    <RecordList<BatchView>
      query={batches}
      address={address}
      label={t('jobs.tabBatches')}
      columns={columns}
      rowKey={({ id }) => id}
      testId={({ id }) => `batch-row-${id}`}
      empty={t('jobs.emptyBatches')}
    />
  );
}

const percentDone = ({ total, waiting }: BatchView) =>
  total === 0 ? 100 : Math.floor(((total - waiting) * 100) / total);

function BatchState({ batch: { paused, waiting } }: { batch: BatchView }) {
  const { t } = useTranslation();
  if (waiting === 0) return <Tag color="green">{t('jobs.batchEnded')}</Tag>;
  return paused ? (
    <Tag color="orange">{t('jobs.batchPaused')}</Tag>
  ) : (
    <Tag color="processing">{t('jobs.batchRuns')}</Tag>
  );
}

function HoldBatch({ batch: { id, paused, waiting } }: { batch: BatchView }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('jobs.manage');
  const [asking, setAsking] = useState(false);
  if (waiting === 0) return '—';
  const act = paused ? t('jobs.resume') : t('jobs.pause');
  return (
    <>
      <ActButton
        size="small"
        refused={permitted ? null : t('jobs.notPermitted')}
        testId={`batch-hold-${id}`}
        onClick={() => setAsking(true)}
      >
        {act}
      </ActButton>
      {asking && (
        <ActDialog
          title={act}
          effects={[
            paused ? t('jobs.resumeEffect', { count: waiting }) : t('jobs.pauseEffect', { count: waiting }),
            ...(paused ? [] : [t('jobs.pauseRunning')]),
          ]}
          confirm={act}
          testId="batch-hold"
          run={async () => {
            const { job } = integrationsClient;
            await (paused ? job.resume : job.pause).mutate({ batchId: id });
            await queryClient.invalidateQueries(integrationsApi.job.pathFilter());
            return paused ? t('jobs.resumed') : t('jobs.paused');
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
