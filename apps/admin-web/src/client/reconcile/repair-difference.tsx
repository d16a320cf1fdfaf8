import { Alert } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { integrationsClient } from '../api/integrations-api.ts';
import { newUuid } from '../api/new-uuid.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { ReconcileProgress } from './reconcile-progress.tsx';

type Repaired = { onDone: () => void };

/** The one verb that settles a difference; one that only a person can judge says so. */
export function RepairDifference({ difference, onDone }: { difference: Difference } & Repaired) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { orderNumber, repair } = difference;
  if (repair === null) return <span className="secondary">{t('reconcile.byHand')}</span>;
  return (
    <>
      <ActButton size="small" refused={null} testId={`repair-${orderNumber}`} onClick={() => setAsking(true)}>
        {t(`repair.${repair}`)}
      </ActButton>
      {asking && (
        <RepairDialog
          title={t('reconcile.repairTitle', { order: orderNumber })}
          effect={t('reconcile.repairEffect', { what: t(`repair.${repair}`) })}
          input={{ orderNumber, limit: 1 }}
          onDone={onDone}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

type RepairAllProps = {
  differences: readonly Difference[];
  input: { orderNumber?: string; limit: number };
} & Repaired;

/** Settles everything that is certain at once. */
export function RepairAll({ differences, input, onDone }: RepairAllProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const count = differences.filter(({ repair }) => repair !== null).length;
  if (count < 2) return null;
  return (
    <>
      <ActButton refused={null} testId="repair-all" onClick={() => setAsking(true)}>
        {t('reconcile.repairAll', { count })}
      </ActButton>
      {asking && (
        <RepairDialog
          title={t('reconcile.repairAllTitle')}
          effect={t('reconcile.repairAllEffect', { count })}
          input={input}
          onDone={onDone}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

type RepairDialogProps = {
  title: string;
  effect: string;
  input: { orderNumber?: string; limit: number };
  onClose: () => void;
} & Repaired;

function RepairDialog({ title, effect, input, onDone, onClose }: RepairDialogProps) {
  const { t } = useTranslation();
  const hasRun = useRef(false);
  const [runId, setRunId] = useState<string>();
  return (
    <ActDialog
      title={title}
      effects={[effect, t('reconcile.repairLogged')]}
      confirm={t('reconcile.repairOne')}
      testId="repair"
      run={async () => {
        const id = newUuid();
        setRunId(id);
        const { differences } = await integrationsClient.reconcile.run
          .mutate({ ...input, dryRun: false, runId: id })
          .finally(() => setRunId(undefined));
        hasRun.current = true;
        const repaired = differences.filter((difference) => difference.repaired).length;
        const failed = differences.filter(({ problem }) => problem !== null);
        if (failed.length === 0) return t('reconcile.done', { count: repaired });
        return { shown: <RepairFailures repaired={repaired} failed={failed} /> };
      }}
      // The next check takes this dialog off the page, so it waits until what failed has been read.
      onClose={() => {
        onClose();
        if (hasRun.current) onDone();
      }}
    >
      {runId !== undefined && <ReconcileProgress runId={runId} />}
    </ActDialog>
  );
}

function RepairFailures({ repaired, failed }: { repaired: number; failed: readonly Difference[] }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      data-testid="repair-failures"
      title={t('reconcile.notRepaired', { count: failed.length })}
      description={
        <>
          {repaired > 0 && <p>{t('reconcile.done', { count: repaired })}</p>}
          <ul className="repair-failures">
            {failed.map(({ orderNumber, kind, problem, problemEn }) => (
              <li key={`${orderNumber}-${kind}`} data-testid={`repair-failure-${orderNumber}`}>
                <OrderLink number={orderNumber} /> {t(`differenceKind.${kind}`)}
                <div>{staffText(problem, problemEn)}</div>
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}
