import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemText } from '../layout/failure-notice.tsx';
import { useToast } from '../layout/toasts.tsx';
import { ExportButton } from './export-button.tsx';
import type { ExportFilters } from './export-query.ts';
import { useDownload } from './use-download.ts';

type ExportListProps = {
  list: 'payments' | 'refunds' | 'exceptions' | 'callbacks' | 'audit';
  /** As the list takes them. */
  filters: ExportFilters;
};

/** Everything that the filters of a list select, as a file; goes on while its reader looks at something else. */
export function ExportList({ list, filters }: ExportListProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const [download, receivedBytes] = useDownload(`${list}.csv`, filters);
  const exporting = useMutation({
    mutationFn: () => download(),
    onSuccess: () => toast('success', t('exports.done')),
    onError: (error) => toast('error', <ProblemText error={error} />),
  });
  return (
    <ExportButton loading={exporting.isPending} testId={`${list}-export`} onClick={exporting.mutate}>
      {receivedBytes === undefined
        ? t('exports.csv')
        : t('exports.received', { megabytes: (receivedBytes / 1_000_000).toFixed(1) })}
    </ExportButton>
  );
}
