import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { JOB_STATE_COLORS } from '../jobs/job-filter.ts';
import { JobDrawer } from '../jobs/job-drawer.tsx';
import { OpenJob } from '../jobs/open-job.tsx';
import { RetryJob } from '../jobs/retry-job.tsx';
import { useOpenJob } from '../jobs/use-open-job.ts';
import { Box } from '../layout/box.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { ShowOlder } from './show-older.tsx';
import { useOrderJobs } from './use-order-jobs.ts';

/** Pushes and cancels of the order on their way to the platform. Orders of local goods never have any. */
export function OrderJobs({ order: { orderNumber, hasHaierLines } }: { order: OrderView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { maySee, jobs } = useOrderJobs(orderNumber);
  const open = useOpenJob();
  if (!maySee || !hasHaierLines) return null;
  const columns: RecordColumn<JobView>[] = [
    { key: 'kind', title: t('jobs.kind'), render: (job) => <OpenJob job={job} /> },
    {
      key: 'state',
      title: t('jobs.state'),
      render: ({ state }) => <Tag color={JOB_STATE_COLORS[state]}>{t(`jobState.${state}`)}</Tag>,
    },
    { key: 'attempts', title: t('jobs.attempts'), align: 'right', render: ({ attempts }) => attempts },
    {
      key: 'last',
      title: t('jobs.last'),
      render: ({ lastOutcome, detail, detailEn, state, nextAttemptAt }) => (
        <>
          {lastOutcome === null ? '—' : t(`jobOutcome.${lastOutcome}`)}
          {detail !== null && <div className="secondary as-written">{staffText(detail, detailEn)}</div>}
          {nextAttemptAt !== null && state === 'waiting' && (
            <div className="secondary">
              {t('jobs.next')} <Moment at={nextAttemptAt} />
            </div>
          )}
        </>
      ),
    },
    { key: 'updatedAt', title: t('jobs.updatedAt'), render: ({ updatedAt }) => <Moment at={updatedAt} /> },
    { key: 'act', title: t('jobs.act'), render: (job) => <RetryJob job={job} /> },
  ];
  return (
    <Box
      title={t('orderPage.jobs')}
      extra={<Link to={`/jobs?orderNumber=${encodeURIComponent(orderNumber)}`}>{t('orderPage.allJobs')}</Link>}
      testId="order-jobs"
    >
      <QueryView query={jobs}>
        {({ items }) =>
          items.length === 0 ? (
            <span className="secondary">{t('orderPage.noJobs')}</span>
          ) : (
            <RecordTable<JobView>
              label={t('orderPage.jobs')}
              columns={columns}
              records={items}
              rowKey={({ id }) => id}
              testId={({ id }) => `order-job-${id}`}
              onOpen={({ id }) => open(id)}
              empty={t('orderPage.noJobs')}
            />
          )
        }
      </QueryView>
      <ShowOlder of={jobs} label={t('orderPage.olderJobs')} testId="older-jobs" />
      <JobDrawer />
    </Box>
  );
}
