import { useState } from 'react';
import { OnDemand } from '../layout/on-demand.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { ExportButton } from './export-button.tsx';
import type { ExportDialogProps } from './export-dialog.tsx';

const ExportDialog = fetched(() => import('./export-dialog.tsx'));

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
        <OnDemand>
          <ExportDialog {...asked} onClose={() => setAsking(false)} />
        </OnDemand>
      )}
    </>
  );
}
