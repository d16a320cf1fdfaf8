import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function JobsPage() {
  const { t } = useTranslation();
  usePageTitle(t('jobs.title'));
  return (
    <div data-testid="jobs-page">
      <h1>{t('jobs.title')}</h1>
    </div>
  );
}
