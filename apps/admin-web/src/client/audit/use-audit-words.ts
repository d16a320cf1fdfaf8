import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import { formatInstant } from '../format/beijing-time.ts';
import { useLabels } from '../i18n/use-labels.ts';
import type { Say } from './describe-audit.ts';

/** The words of the page that entries are told in. */
export function useAuditWords(): Say {
  const { t, i18n } = useTranslation();
  const { label, state, actor } = useLabels();
  return useMemo(
    () => ({
      language: i18n.language,
      label,
      state,
      actor,
      money: formatFen,
      moment: formatInstant,
      yesNo: (yes: boolean) => t(yes ? 'common.yes' : 'common.no'),
    }),
    [t, i18n.language, label, state, actor],
  );
}
