import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function ReconcilePage() {
  const { t } = useTranslation();
  usePageTitle(t('reconcile.title'));
  return (
    <div data-testid="reconcile-page">
      <h1>{t('reconcile.title')}</h1>
    </div>
  );
}
