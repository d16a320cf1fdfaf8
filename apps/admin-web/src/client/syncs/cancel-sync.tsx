import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

/** Ends a run before it is through; what it has synced stays. */
export function CancelSync({ run: { id, cancelRequested, doneCount } }: { run: SyncRun }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('integrations.sync');
  const [asking, setAsking] = useState(false);
  const refused = cancelRequested ? t('syncs.cancelAsked') : null;
  return (
    <div className="record-acts">
      <ActButton
        danger
        refused={permitted ? refused : t('syncs.notPermitted')}
        testId="sync-cancel"
        onClick={() => setAsking(true)}
      >
        {t('syncs.cancel')}
      </ActButton>
      {asking && (
        <ActDialog
          danger
          title={t('syncs.cancelTitle')}
          effects={[t('syncs.cancelEffectEnds'), t('syncs.cancelEffectStays', { count: doneCount })]}
          confirm={t('syncs.cancel')}
          leave={t('syncs.letItRun')}
          testId="sync-cancel"
          run={async () => {
            await integrationsClient.sync.cancel.mutate({ id });
            await queryClient.invalidateQueries(integrationsApi.sync.pathFilter());
            return t('syncs.cancelDone');
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
