import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function ExceptionsPage() {
  const { t } = useTranslation();
  usePageTitle(t('exceptions.title'));
  return (
    <div data-testid="exceptions-page">
      <h1>{t('exceptions.title')}</h1>
    </div>
  );
}
