import { Alert, Button, Empty, Tag, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { CallbackItem, OrderView } from '@orderbridge/contracts/orders-api';
import { OutcomeTag } from '../callbacks/outcome-tag.tsx';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { JOB_STATE_COLORS } from '../jobs/job-filter.ts';
import { useOpenJob } from '../jobs/use-open-job.ts';
import { Box } from '../layout/box.tsx';
import { Moment } from '../layout/moment.tsx';
import { applyChange } from '../paging/use-list-address.ts';
import { mergeTimeline, ofKinds, TIMELINE_KINDS, type TimelineItem, type TimelineKind } from './timeline-items.ts';
import { OCCURRENCE_COLORS, OccurrenceEntry } from './occurrence-entry.tsx';
import { ShowOlder } from './show-older.tsx';
import { SeeCallback } from './see-callback.tsx';
import { useOrderCallbacks } from './use-order-callbacks.ts';
import { useOrderJobs } from './use-order-jobs.ts';

type Change = OrderView['timeline'][number];

const MACHINE_COLORS = {
  order: 'blue',
  payment: 'green',
  refund: 'magenta',
  haier: 'geekblue',
} as const satisfies Record<Change['machine'], string>;
const SHOW_PARAM = 'show';

/** Everything that people, callbacks, providers and we ourselves did to the order, the latest first. */
export function OrderTimeline({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const { callbacks } = useOrderCallbacks(order.orderNumber);
  const { jobs } = useOrderJobs(order.orderNumber);
  const [shown, toggle] = useShownKinds();
  const items = mergeTimeline({
    changes: order.timeline,
    occurrences: order.occurrences,
    callbacks: callbacks.data?.items ?? [],
    jobs: jobs.data?.items ?? [],
  });
  const visible = ofKinds(items, shown);
  return (
    <Box title={t('order.timeline')} testId="order-timeline">
      <div className="timeline-kinds" role="group" aria-label={t('orderPage.timelineKinds')}>
        {TIMELINE_KINDS.map((kind) => {
          const count = ofKinds(items, [kind]).length;
          return count === 0 && !shown.includes(kind) ? null : (
            <button
              key={kind}
              type="button"
              className="chip"
              aria-pressed={shown.includes(kind)}
              data-testid={`timeline-kind-${kind}`}
              onClick={() => toggle(kind)}
            >
              {t(`timelineKind.${kind}`)} <span className="number">{count}</span>
            </button>
          );
        })}
      </div>
      {jobs.error && (
        <Alert
          type="warning"
          showIcon
          className="timeline-note"
          data-testid="timeline-without-jobs"
          title={t('orderPage.timelineWithoutJobs')}
        />
      )}
      {visible.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('order.noTimeline')} />
      ) : (
        <Timeline
          items={visible.map((item) => ({
            key: item.key,
            color: `var(--ant-${colorOf(item)})`,
            content: <TimelineEntry item={item} />,
          }))}
        />
      )}
      <ShowOlder of={callbacks} label={t('orderPage.olderCallbacks')} testId="timeline-older-callbacks" />
      <ShowOlder of={jobs} label={t('orderPage.olderJobs')} testId="timeline-older-jobs" />
    </Box>
  );
}

/** Which kinds are shown stands in the address; none chosen shows all. */
function useShownKinds(): [readonly TimelineKind[], (kind: TimelineKind) => void] {
  const [params, setParams] = useSearchParams();
  const { state } = useLocation() as { state: unknown };
  const asked = params.getAll(SHOW_PARAM);
  const shown = TIMELINE_KINDS.filter((kind) => asked.includes(kind));
  const toggle = (kind: TimelineKind) => {
    const next = shown.includes(kind) ? shown.filter((other) => other !== kind) : [...shown, kind];
    setParams((before) => applyChange(before, { [SHOW_PARAM]: next }), {
      state,
      replace: true,
      preventScrollReset: true,
    });
  };
  return [shown, toggle];
}

function colorOf(item: TimelineItem): string {
  if (item.type === 'change') return MACHINE_COLORS[item.change.machine];
  if (item.type === 'occurrence') return OCCURRENCE_COLORS[item.occurrence.kind];
  return item.type === 'job' ? 'cyan' : 'gold';
}

function TimelineEntry({ item }: { item: TimelineItem }) {
  if (item.type === 'change') return <ChangeEntry change={item.change} />;
  if (item.type === 'occurrence') return <OccurrenceEntry occurrence={item.occurrence} />;
  if (item.type === 'callback') return <CallbackEntry callback={item.callback} />;
  return <JobEntry job={item.job} moment={item.moment} at={item.at} />;
}

function ChangeEntry({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { state, fact, actor } = useLabels();
  const staffText = useStaffText();
  const { callbackId } = change;
  const note = staffText(change.note, change.noteEn);
  return (
    <div
      className="timeline-entry"
      data-testid={`timeline-entry-${change.id}`}
      data-machine={change.machine}
      data-to={change.to}
    >
      <div className="timeline-line">
        <Tag color={MACHINE_COLORS[change.machine]}>{t(`machine.${change.machine}`)}</Tag>
        <strong>{fact(change.fact)}</strong>
      </div>
      {change.from !== change.to && (
        <div>{`${state(change.machine, change.from)} → ${state(change.machine, change.to)}`}</div>
      )}
      {note !== null && note !== '' && <div className="as-written">{note}</div>}
      <div className="secondary">
        <Moment at={change.at} /> · <span className="nowrap">{actor(change.by)}</span>
        {callbackId !== null && <SeeCallback id={callbackId} />}
      </div>
    </div>
  );
}

function CallbackEntry({ callback }: { callback: CallbackItem }) {
  const { t } = useTranslation();
  const { provider, news } = useLabels();
  const staffText = useStaffText();
  const { id, outcome, detail, detailEn, receivedAt } = callback;
  const said = staffText(detail, detailEn);
  return (
    <div className="timeline-entry" data-testid={`timeline-callback-${id}`}>
      <div className="timeline-line">
        <Tag color="gold">{t('timelineKind.callback')}</Tag>
        <strong>{callback.method === null ? provider(callback.provider) : news(callback)}</strong>
        <OutcomeTag outcome={outcome} />
      </div>
      {said !== null && <div className="as-written">{said}</div>}
      <div className="secondary">
        <Moment at={receivedAt} />
        <SeeCallback id={id} />
      </div>
    </div>
  );
}

function JobEntry({ job, moment, at }: { job: JobView; moment: 'asked' | 'latest'; at: string }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { id, kind, state, attempts, detail, detailEn } = job;
  const name = t(`jobKind.${kind}`);
  return (
    <div className="timeline-entry" data-testid={`timeline-job-${id}-${moment}`}>
      <div className="timeline-line">
        <Tag color="cyan">{t('timelineKind.job')}</Tag>
        <strong>{moment === 'asked' ? t('orderPage.jobAsked', { kind: name }) : name}</strong>
        {moment === 'latest' && <Tag color={JOB_STATE_COLORS[state]}>{t(`jobState.${state}`)}</Tag>}
      </div>
      {moment === 'latest' && (
        <div className="as-written">
          {[t('orderPage.jobAttempts', { count: attempts }), staffText(detail, detailEn)].filter(Boolean).join(' · ')}
        </div>
      )}
      <div className="secondary">
        <Moment at={at} />
        <SeeJob id={id} />
      </div>
    </div>
  );
}

function SeeJob({ id }: { id: string }) {
  const { t } = useTranslation();
  const openJob = useOpenJob();
  return (
    <span className="nowrap">
      {' · '}
      <Button type="link" size="small" data-testid={`timeline-see-job-${id}`} onClick={() => openJob(id)}>
        {t('orderPage.seeJob')}
      </Button>
    </span>
  );
}
