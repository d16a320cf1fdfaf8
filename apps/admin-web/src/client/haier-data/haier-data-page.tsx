import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function HaierDataPage() {
  const { t } = useTranslation();
  usePageTitle(t('haierData.title'));
  return (
    <div data-testid="haier-data-page">
      <h1>{t('haierData.title')}</h1>
    </div>
  );
}
