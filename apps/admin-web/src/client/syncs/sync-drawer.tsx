import { useQuery } from '@tanstack/react-query';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { RecordDrawer } from '../layout/record-drawer.tsx';
import { CancelSync } from './cancel-sync.tsx';
import { formatDuration, isOpen, percentDone } from './sync-progress.ts';
import { SyncStatusTag } from './sync-status-tag.tsx';

export const SYNC_PARAM = 'run';

const LOOK_WHILE_RUNNING_MS = 1_000;

export function SyncDrawer() {
  const { t } = useTranslation();
  return (
    <RecordDrawer param={SYNC_PARAM} title={t('syncs.sheet')} testId="sync-drawer">
      {(id) => <Run id={id} />}
    </RecordDrawer>
  );
}

function Run({ id }: { id: string }) {
  const { t } = useTranslation();
  const run = useQuery(
    integrationsApi.sync.get.queryOptions(
      { id },
      {
        refetchInterval: ({ state }) =>
          state.data === undefined || isOpen(state.data) ? LOOK_WHILE_RUNNING_MS : false,
      },
    ),
  );
  return (
    <QueryView query={run}>
      {(view) => (
        <>
          {isOpen(view) && <CancelSync run={view} />}
          <RunProgress run={view} />
          <RunFacts run={view} />
          <Notes title={t('syncs.failures')} notes={view.failures} of={view.failedCount} testId="sync-failures" />
          <Notes title={t('syncs.warnings')} notes={view.warnings} testId="sync-warnings" />
        </>
      )}
    </QueryView>
  );
}

function RunProgress({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { doneCount, totalCount, message, messageEn, status } = run;
  return (
    <div className="sync-progress" role="status">
      <Progress
        percent={isOpen(run) ? percentDone(run) : 100}
        status={
          isOpen(run) ? 'active' : status === 'success' ? 'success' : status === 'failed' ? 'exception' : 'normal'
        }
        aria-label={t('syncs.progress')}
        data-testid="sync-progress"
      />
      <div>
        {isOpen(run) && totalCount > 0 && (
          <span className="number">{t('syncs.doneOf', { done: doneCount, total: totalCount })} · </span>
        )}
        {staffText(message, messageEn)}
      </div>
    </div>
  );
}

function RunFacts({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  const { startedAt, completedAt, durationSeconds } = run;
  return (
    <FactList ruled>
      <Fact label={t('order.state')}>
        <SyncStatusTag run={run} />
      </Fact>
      <Fact label={t('syncs.type')}>{t(`syncType.${run.type}`)}</Fact>
      <Fact label={t('syncs.total')}>{run.totalCount}</Fact>
      <Fact label={t('syncs.succeeded')}>{run.successCount}</Fact>
      <Fact label={t('syncs.failed')}>
        <span className={run.failedCount > 0 ? 'danger' : undefined}>{run.failedCount}</span>
      </Fact>
      <Fact label={t('syncs.changed')}>{run.changedCount}</Fact>
      <Fact label={t('syncs.by')}>{actor(run.by)}</Fact>
      <Fact label={t('syncs.createdAt')}>
        <Moment at={run.createdAt} />
      </Fact>
      <Fact label={t('syncs.startedAt')}>{startedAt === null ? '—' : <Moment at={startedAt} />}</Fact>
      <Fact label={t('syncs.completedAt')}>{completedAt === null ? '—' : <Moment at={completedAt} />}</Fact>
      <Fact label={t('syncs.duration')}>{durationSeconds === null ? '—' : formatDuration(durationSeconds)}</Fact>
    </FactList>
  );
}

type NotesProps = {
  title: string;
  notes: readonly { productCode: string; detail: string; detailEn: string }[];
  /** How many there are in all, where that is counted. */
  of?: number;
  testId: string;
};

function Notes({ title, notes, of = notes.length, testId }: NotesProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  if (notes.length === 0) return null;
  return (
    <section data-testid={testId}>
      <h2>
        {title}
        <span className="secondary notes-shown">
          {of > notes.length ? t('syncs.firstOf', { shown: notes.length, total: of }) : notes.length}
        </span>
      </h2>
      <FactList ruled>
        {notes.map(({ productCode, detail, detailEn }) => (
          <Fact key={productCode} label={productCode}>
            <span className="as-written">{staffText(detail, detailEn)}</span>
          </Fact>
        ))}
      </FactList>
    </section>
  );
}
