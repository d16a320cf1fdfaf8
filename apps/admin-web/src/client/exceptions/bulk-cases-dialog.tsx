import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Tag } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { ProblemText } from '../layout/failure-notice.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { useSession } from '../session/session-guard.tsx';
import type { BulkAct } from './bulk-cases.tsx';
import { refreshCases } from './refresh-cases.ts';
import { ReasonField } from './resolve-dialog.tsx';

type BulkCasesDialogProps = {
  /** At most as many as a page shows. */
  cases: readonly ExceptionItem[];
  act: BulkAct;
  onDone: () => void;
  onClose: () => void;
};
type Outcome = { item: ExceptionItem; error: unknown };

/** Runs one act on many cases one after the other, tells how far it is, and what became of each. */
export default function BulkCasesDialog({ cases, act, onDone, onClose }: BulkCasesDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { username } = useSession();
  // As they were when this was opened: the page behind reads itself anew.
  const [chosen] = useState(cases);
  const [done, setDone] = useState<number>();
  const stopped = useRef(false);
  const name = act === 'takeOn' ? t('exceptions.bulkTakeOn') : t(`exceptionAction.${act}`);

  const run = async ({ reason = '' }: { reason?: string }) => {
    stopped.current = false;
    const outcomes: Outcome[] = [];
    for (const item of chosen) {
      if (stopped.current) break;
      setDone(outcomes.length);
      const { id } = item;
      const acting =
        act === 'takeOn'
          ? ordersClient.exception.assign.mutate({ id, owner: username })
          : ordersClient.exception.resolve.mutate({ id, action: act, reason: reason.trim() });
      const error = await acting.then(
        () => undefined,
        (problem: unknown) => problem,
      );
      outcomes.push({ item, error });
    }
    setDone(undefined);
    await refreshCases(queryClient);
    onDone();
    return { shown: <Outcomes outcomes={outcomes} left={chosen.length - outcomes.length} /> };
  };

  return (
    <ActDialog<{ reason?: string }>
      title={t('exceptions.bulkTitle', { action: name, count: chosen.length })}
      effects={[
        act === 'takeOn' ? t('exceptions.bulkEffectTakeOn') : t(`exceptionEffect.${act}`),
        t('exceptions.bulkEffectEach'),
      ]}
      confirm={t('exceptions.bulkStart')}
      width={640}
      run={run}
      onClose={onClose}
      testId="bulk-cases"
    >
      {act !== 'takeOn' && <ReasonField />}
      {done !== undefined && (
        <div className="bulk-progress" role="status" data-testid="bulk-progress">
          <Progress percent={Math.floor((done / chosen.length) * 100)} showInfo={false} aria-label={name} />
          <span>{t('exceptions.bulkProgress', { done, total: chosen.length })}</span>
          <Button size="small" onClick={() => (stopped.current = true)} data-testid="bulk-stop">
            {t('exceptions.bulkStop')}
          </Button>
        </div>
      )}
    </ActDialog>
  );
}

function Outcomes({ outcomes, left }: { outcomes: readonly Outcome[]; left: number }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  const columns: RecordColumn<Outcome>[] = [
    {
      key: 'order',
      title: t('exceptions.order'),
      render: ({ item }) => <span className="number">{item.orderNumber ?? '—'}</span>,
    },
    {
      key: 'outcome',
      title: t('callbacks.outcome'),
      render: ({ error }) =>
        error === undefined ? (
          <Tag color="green">{t('exceptions.succeeded')}</Tag>
        ) : (
          <Tag color="red">{t('exceptions.failed')}</Tag>
        ),
    },
    {
      key: 'detail',
      title: t('callbacks.detail'),
      render: ({ item, error }) =>
        error === undefined ? staffText(item.detail, item.detailEn) : <ProblemText error={error} />,
    },
  ];
  return (
    <div className="bulk-outcomes" data-testid="bulk-outcomes">
      <Alert
        type={failed === 0 && left === 0 ? 'success' : 'warning'}
        showIcon
        role="status"
        title={t('exceptions.bulkDone', { done: outcomes.length - failed, failed })}
        {...(left > 0 && { description: t('exceptions.bulkLeft', { count: left }) })}
      />
      <div className="bulk-outcome-list" tabIndex={0} role="region" aria-label={t('callbacks.outcome')}>
        <RecordTable<Outcome>
          label={t('callbacks.outcome')}
          columns={columns}
          // What wants a look comes first.
          records={outcomes.toSorted((a, b) => Number(b.error !== undefined) - Number(a.error !== undefined))}
          rowKey={({ item }) => item.id}
          testId={({ item }) => `bulk-outcome-${item.id}`}
          empty={t('common.none')}
        />
      </div>
    </div>
  );
}
