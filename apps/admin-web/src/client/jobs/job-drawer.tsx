import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Copyable } from '../layout/copyable.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { JobAttempts } from './job-attempts.tsx';
import { JOB_STATE_COLORS } from './job-filter.ts';
import { lookAgainMs } from './job-pace.ts';
import { RetryJob } from './retry-job.tsx';
import { JOB_PARAM } from './use-open-job.ts';
import './jobs.css';

/** The job that the address names, whole: how it stands, and what each of its calls sent and got. */
export function JobDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={JOB_PARAM} title={t('jobs.sheet')} size={720} testId="job-drawer">
      {(id) => <JobSheet id={id} />}
    </RecordDrawer>
  );
}

function JobSheet({ id }: { id: string }) {
  const job = useQuery(
    integrationsApi.job.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => lookAgainMs(state.data, Date.now()) },
    ),
  );
  return (
    <QueryView query={job}>
      {(view) => (
        <>
          {view.state !== 'done' && (
            <div className="record-acts">
              <RetryJob job={view} />
            </div>
          )}
          <JobFacts job={view} />
          <JobAttempts made={view.attempts} attempts={view.attemptLog} />
        </>
      )}
    </QueryView>
  );
}

function JobFacts({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { state, kind, orderNumber, attempts, lastOutcome, nextAttemptAt, batchId } = job;
  const said = staffText(job.detail, job.detailEn);
  return (
    <FactList ruled>
      <Fact label={t('jobs.state')}>
        <Tag color={JOB_STATE_COLORS[state]}>{t(`jobState.${state}`)}</Tag>
      </Fact>
      <Fact label={t('jobs.kind')}>{t(`jobKind.${kind}`)}</Fact>
      <Fact label={t('orders.orderNumber')}>
        <OrderLink number={orderNumber} />
      </Fact>
      <Fact label={t('jobs.attempts')}>
        <span className="number">{attempts}</span>
      </Fact>
      <Fact label={t('jobs.last')}>
        {lastOutcome === null ? '—' : t(`jobOutcome.${lastOutcome}`)}
        {said !== null && <div className="secondary as-written">{said}</div>}
      </Fact>
      {nextAttemptAt !== null && state === 'waiting' && (
        <Fact label={t('jobs.next')}>
          <Moment at={nextAttemptAt} />
        </Fact>
      )}
      <Fact label={t('jobs.createdAt')}>
        <Moment at={job.createdAt} />
      </Fact>
      <Fact label={t('jobs.updatedAt')}>
        <Moment at={job.updatedAt} />
      </Fact>
      {batchId !== null && (
        <Fact label={t('jobs.batch')}>
          <Link to={`/jobs?batchId=${encodeURIComponent(batchId)}`} className="code breakable">
            {batchId}
          </Link>
        </Fact>
      )}
      <Fact label={t('jobs.key')}>
        <Copyable text={job.key} what={t('jobs.key')} />
      </Fact>
    </FactList>
  );
}
