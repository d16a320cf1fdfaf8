import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import type { RecordSelection } from '../layout/record-table.tsx';

/** The orders that are ticked, also on pages that were left since. */
export function useOrderSelection() {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const selection = useMemo<RecordSelection<OrderListItem>>(
    () => ({
      has: ({ orderNumber }) => selected.has(orderNumber),
      label: ({ orderNumber }) => t('orderList.select', { number: orderNumber }),
      labelAll: t('orderList.selectAll'),
      onChange: (orders, isSelected) =>
        setSelected((before) => {
          const next = new Set(before);
          for (const { orderNumber } of orders) {
            if (isSelected) next.add(orderNumber);
            else next.delete(orderNumber);
          }
          return next;
        }),
    }),
    [selected, t],
  );
  return { selected, selection, clear: () => setSelected(new Set()) };
}
