import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { IntegrationsOverview, Rate } from '@orderbridge/contracts/overview-api';
import { useAge } from '../exceptions/exception-age.tsx';
import { formatInstant } from '../format/beijing-time.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Box } from '../layout/box.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { RateCards } from './rate-cards.tsx';
import { StateMark } from '../layout/state-mark.tsx';

type Upstream = IntegrationsOverview['upstreams'][number];
type Sync = IntegrationsOverview['syncs'][number];

const BREAKER_STATE = { closed: 'ok', half_open: 'warn', open: 'alert' } as const satisfies Record<
  Upstream['breaker'],
  Rate['state']
>;
const SYNC_STATE = {
  pending: 'no_data',
  processing: 'no_data',
  success: 'ok',
  partial: 'warn',
  failed: 'alert',
} as const satisfies Record<Sync['status'], Rate['state']>;

/** How pushing, syncing and the platforms are. */
export function UpstreamBoard({ overview }: { overview: IntegrationsOverview }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { configuration, rates, jobs, syncs, upstreams, upstreamsSince } = overview;
  return (
    <>
      {configuration.problems.map(({ upstream, detail, detailEn }) => (
        <Alert
          key={upstream}
          type="warning"
          showIcon
          className="failure-notice"
          title={t('overview.notCalled', { upstream: t(`upstream.${upstream}`) })}
          description={staffText(detail, detailEn)}
        />
      ))}
      <div className="overview-pair">
        <Box
          title={t('overview.pushes')}
          testId="overview-pushes"
          extra={<Link to="/jobs">{t('overview.toJobs')}</Link>}
        >
          <RateCards rates={rates} />
          <Jobs jobs={jobs} />
        </Box>
        <Box
          title={t('overview.configurationAndSyncs')}
          testId="overview-syncs"
          extra={<Link to="/syncs">{t('overview.toSyncs')}</Link>}
        >
          <FactList>
            <Fact label={t('overview.configuration')}>
              <StateMark
                state={configuration.source === 'none' ? 'alert' : configuration.source === 'mock' ? 'warn' : 'ok'}
                word={t(`configurationSource.${configuration.source}`)}
              />
            </Fact>
            {syncs.length === 0 && <Fact label={t('overview.lastSyncs')}>{t('overview.neverSynced')}</Fact>}
            {syncs.map(({ id, type, status, successCount, failedCount, at }) => (
              <Fact key={id} label={t('overview.lastSync', { type: t(`syncType.${type}`) })}>
                <span className="oldest">
                  <StateMark state={SYNC_STATE[status]} word={t(`syncStatus.${status}`)} />
                  <span className="secondary">
                    {t('overview.syncCounts', { good: successCount, bad: failedCount })}
                  </span>
                  <span className="secondary">
                    <Moment at={at} />
                  </span>
                </span>
              </Fact>
            ))}
          </FactList>
        </Box>
      </div>
      <div className="overview-pair">
        {upstreams.map((upstream) => (
          <UpstreamBox key={upstream.name} upstream={upstream} />
        ))}
      </div>
      <p className="secondary overview-note">
        {t('overview.perProcess', { since: formatInstant(upstreamsSince).slice(11) })}
      </p>
    </>
  );
}

function Jobs({ jobs: { waiting, running, paused, oldestDueSeconds } }: Pick<IntegrationsOverview, 'jobs'>) {
  const { t } = useTranslation();
  const age = useAge();
  return (
    <FactList>
      <Fact label={t('overview.jobsWaiting')}>
        <span className="number">{t('overview.jobCounts', { waiting, running, paused })}</span>
      </Fact>
      <Fact label={t('overview.oldestJob')}>
        {oldestDueSeconds === null ? t('overview.noneDue') : t('overview.overdue', { age: age(oldestDueSeconds) })}
      </Fact>
    </FactList>
  );
}

function UpstreamBox({ upstream: { name, breaker, calls, rates, budget } }: { upstream: Upstream }) {
  const { t } = useTranslation();
  return (
    <Box
      title={t(`upstream.${name}`)}
      testId={`overview-upstream-${name}`}
      extra={<StateMark state={BREAKER_STATE[breaker]} word={t(`breaker.${breaker}`)} />}
    >
      <RateCards rates={rates} />
      <FactList>
        <Fact label={t('overview.calls')}>
          <span className="number">{calls}</span>
        </Fact>
        <Fact label={t('overview.budget')}>
          <span className="number">{t('overview.budgetUse', budget)}</span>
        </Fact>
      </FactList>
    </Box>
  );
}
