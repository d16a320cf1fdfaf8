import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function ConfigurationPage() {
  const { t } = useTranslation();
  usePageTitle(t('configuration.title'));
  return (
    <div data-testid="configuration-page">
      <h1>{t('configuration.title')}</h1>
    </div>
  );
}
