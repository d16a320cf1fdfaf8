import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import { formatInstant } from '../format/beijing-time.ts';
import type { RecordSelection } from '../layout/record-table.tsx';

/** The callbacks that are ticked, also on pages that were left since. Refused ones cannot be: they are never replayed. */
export function useCallbackSelection() {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const selection = useMemo<RecordSelection<CallbackItem>>(
    () => ({
      has: ({ id }) => selected.has(id),
      cannot: ({ outcome }) => outcome === 'refused',
      label: ({ receivedAt }) => t('callbackBulk.select', { time: formatInstant(receivedAt) }),
      labelAll: t('callbackBulk.selectPage'),
      onChange: (callbacks, isSelected) =>
        setSelected((before) => {
          const next = new Set(before);
          for (const { id } of callbacks) {
            if (isSelected) next.add(id);
            else next.delete(id);
          }
          return next;
        }),
    }),
    [selected, t],
  );
  return { selected, selection, clear: () => setSelected(new Set()) };
}
