import { lazy, Suspense, useState } from 'react';
import { ExportButton } from './export-button.tsx';
import type { ExportDialogProps } from './export-dialog.tsx';

const ExportDialog = lazy(() => import('./export-dialog.tsx'));

type ExportWithDialogProps = Omit<ExportDialogProps, 'onClose'> & { label: string; small?: boolean; testId: string };

/** Asks first how much is to be told of people, and then exports. */
export function ExportWithDialog({ label, small = false, testId, ...asked }: ExportWithDialogProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <ExportButton {...(small && { size: 'small' })} testId={testId} onClick={() => setAsking(true)}>
        {label}
      </ExportButton>
      {asking && (
        <Suspense>
          <ExportDialog {...asked} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
