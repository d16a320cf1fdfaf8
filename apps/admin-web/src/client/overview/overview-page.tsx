import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function OverviewPage() {
  const { t } = useTranslation();
  usePageTitle(t('overview.title'));
  return (
    <div data-testid="overview-page">
      <h1>{t('overview.title')}</h1>
    </div>
  );
}
