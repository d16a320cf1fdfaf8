import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function HealthPage() {
  const { t } = useTranslation();
  usePageTitle(t('health.title'));
  return (
    <div data-testid="health-page">
      <h1>{t('health.title')}</h1>
    </div>
  );
}
