import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { integrationsClient } from '../api/integrations-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';

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
  const staffText = useStaffText();
  return (
    <ActDialog
      title={title}
      effects={[effect, t('reconcile.repairLogged')]}
      confirm={t('reconcile.repairOne')}
      testId="repair"
      run={async () => {
        const { differences } = await integrationsClient.reconcile.run.mutate({ ...input, dryRun: false });
        onDone();
        const problems = differences.flatMap(({ problem, problemEn }) => staffText(problem, problemEn) ?? []);
        // What could not be settled stays in the list of the next check; the first reason is said at once.
        return problems.length > 0
          ? `${t('reconcile.notRepaired')}: ${problems[0]}`
          : t('reconcile.done', { count: differences.filter(({ repaired }) => repaired).length });
      }}
      onClose={onClose}
    />
  );
}
