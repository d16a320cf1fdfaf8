import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { SYNC_STATUS_COLORS } from './sync-filter.ts';
import { isOpen } from './sync-progress.ts';

export function SyncStatusTag({ run }: { run: Pick<SyncRun, 'status' | 'cancelRequested'> }) {
  const { t } = useTranslation();
  if (run.cancelRequested && isOpen(run)) return <Tag color="orange">{t('syncs.cancelling')}</Tag>;
  return <Tag color={SYNC_STATUS_COLORS[run.status]}>{t(`syncStatus.${run.status}`)}</Tag>;
}
