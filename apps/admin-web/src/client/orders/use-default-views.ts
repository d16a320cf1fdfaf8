import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedFilters } from '../paging/saved-views.tsx';

/** The order lists that staff work through every day. */
export function useDefaultViews(): readonly NamedFilters[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { name: t('views.all'), query: '' },
      { name: t('orderList.viewToPush'), query: 'status=paid&haierStatus=none&haier=yes' },
      { name: t('orderList.viewToConfirm'), query: 'haierStatus=push_pending' },
      { name: t('orderList.viewPushFailed'), query: 'haierStatus=failed' },
      { name: t('orderList.viewCancelling'), query: 'haierStatus=cancel_pending&haierStatus=cancel_failed' },
      { name: t('orderList.viewRefunding'), query: 'status=refunding' },
      { name: t('orderList.viewExceptions'), query: 'exceptions=yes' },
    ],
    [t],
  );
}
