import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from './use-labels.ts';

/** Names and values of fields as `callback.whatIf` and `order.rebuild` tell of them: `payment <id> status`, `payableFen`. */
export function useFieldWords() {
  const { t } = useTranslation();
  const { label, state, actor } = useLabels();
  return useMemo(
    () => ({
      name: (field: string): string => {
        const { of, id, name } = partsOf(field);
        const words = label('changedField', name, name);
        return of === undefined ? words : t(`changedOf.${of}`, { id, field: words });
      },
      value: (field: string, value: string): string => {
        const { of, name } = partsOf(field);
        if (value === '') return '—';
        if (name === 'haierStatus') return state('haier', value);
        if (name === 'status' && of !== 'line') return state(of ?? 'order', value);
        if (name === 'approvedBy') return actor(value);
        if (name.endsWith('Fen')) return formatFen(Number(value));
        if (value === 'true' || value === 'false') return t(value === 'true' ? 'common.yes' : 'common.no');
        return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? formatInstant(value) : value;
      },
    }),
    [t, label, state, actor],
  );
}

/** The name of a field, and of which payment, refund or line it is. */
export function partsOf(field: string): { of?: 'payment' | 'refund' | 'line'; id: string; name: string } {
  const [, of, id, name] = /^(payment|refund|line) (.+) (\w+)$/.exec(field) ?? [];
  return name === undefined ? { id: '', name: field } : { of: of as 'payment' | 'refund' | 'line', id: id!, name };
}
