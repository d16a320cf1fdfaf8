import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import type { RecordSelection } from '../layout/record-table.tsx';

/** The orders that are ticked, also on pages that were left since. */
export function useOrderSelection() {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const onChange = useCallback(
    (orders: readonly OrderListItem[], isSelected: boolean) =>
      setSelected((before) => {
        const next = new Set(before);
        for (const { orderNumber } of orders) {
          if (isSelected) next.add(orderNumber);
          else next.delete(orderNumber);
        }
        return next;
      }),
    [],
  );
  const selection = useMemo<RecordSelection<OrderListItem>>(
    () => ({
      has: ({ orderNumber }) => selected.has(orderNumber),
      label: ({ orderNumber }) => t('orderList.select', { number: orderNumber }),
      labelAll: t('orderList.selectAll'),
      onChange,
    }),
    [selected, onChange, t],
  );
  return { selected, selection, clear: () => setSelected(new Set()) };
}
