import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import { useOpenJob } from './use-open-job.ts';

/** The kind of a job, which opens it. */
export function OpenJob({ job: { id, kind, orderNumber } }: { job: JobView }) {
  const { t } = useTranslation();
  const open = useOpenJob();
  const name = t(`jobKind.${kind}`);
  return (
    <Button
      type="link"
      className="cell-button"
      aria-label={t('jobs.open', { kind: name, order: orderNumber })}
      data-testid={`job-open-${id}`}
      onClick={() => open(id)}
    >
      {name}
    </Button>
  );
}
