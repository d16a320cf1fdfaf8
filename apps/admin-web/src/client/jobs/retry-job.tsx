import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

/** Plans another attempt of a job, under the key it has. */
export function RetryJob({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('jobs.manage');
  const [asking, setAsking] = useState(false);
  const { id, key, kind, orderNumber, retry } = job;
  if (job.state === 'done') return '—';
  return (
    <>
      <ActButton
        size="small"
        refused={
          permitted
            ? retry.allowed
              ? null
              : (staffText(retry.reason, retry.reasonEn) ?? t('error.REFUSED'))
            : t('jobs.notPermitted')
        }
        testId={`job-retry-${id}`}
        onClick={() => setAsking(true)}
      >
        {t('jobs.retry')}
      </ActButton>
      {asking && (
        <ActDialog
          title={t('jobs.retryTitle', { kind: t(`jobKind.${kind}`), order: orderNumber })}
          effects={[t('jobs.retryEffect'), t('jobs.retryKey', { key })]}
          confirm={t('jobs.retry')}
          testId="job-retry"
          run={async () => {
            await integrationsClient.job.retry.mutate({ id });
            await queryClient.invalidateQueries(integrationsApi.job.pathFilter());
            return t('jobs.retried');
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
