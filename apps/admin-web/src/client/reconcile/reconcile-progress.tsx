import { useQuery } from '@tanstack/react-query';
import { Progress, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { integrationsApi } from '../api/integrations-api.ts';

const LOOK_EVERY_MS = 700;

/** How far a reconciliation that is under way has come, in orders; not read aloud, as it changes all the time. */
export function ReconcileProgress({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const { data: progress } = useQuery(
    integrationsApi.reconcile.progress.queryOptions({ runId }, { refetchInterval: LOOK_EVERY_MS, gcTime: 0 }),
  );
  if (!progress || progress.total === null || progress.total === 0) {
    return (
      <p className="reconcile-busy" data-testid="reconcile-starting">
        <Spin size="small" /> {t('reconcile.checking')}
      </p>
    );
  }
  const { checked, total } = progress;
  return (
    <div className="reconcile-progress" data-testid="reconcile-progress">
      <Progress percent={Math.floor((checked / total) * 100)} showInfo={false} aria-label={t('reconcile.title')} />
      {checked < total ? t('reconcile.progress', { checked, total }) : t('reconcile.progressEnd', { total })}
    </div>
  );
}
