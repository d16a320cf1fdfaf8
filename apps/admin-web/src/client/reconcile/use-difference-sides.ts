import { useTranslation } from 'react-i18next';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { formatFen } from '@orderbridge/contracts/money';
import { useLabels } from '../i18n/use-labels.ts';

/** What each of the three says of an order, in words: we, YLH and the payment provider. */
export function useDifferenceSides(): (difference: Difference) => Record<'local' | 'ylh' | 'payment', string> {
  const { t } = useTranslation();
  const { state } = useLabels();
  return ({ local, ylh: { job, parcels }, payment: { receivedFen, returnedFen } }) => ({
    local: `${state('order', local.status)} · ${state('haier', local.haierStatus)}`,
    ylh:
      [
        ...(job === null ? [] : [`${t(`jobKind.${job.kind}`)} · ${t(`jobState.${job.state}`)}`]),
        ...(parcels === null ? [] : [t('orderPage.parcelCount', { count: parcels })]),
      ].join(' · ') || '—',
    payment: [
      t('reconcile.received', { amount: formatFen(receivedFen) }),
      ...(returnedFen > 0 ? [t('orderPage.returned', { amount: formatFen(returnedFen) })] : []),
    ].join(' · '),
  });
}
