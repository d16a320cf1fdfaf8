import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function SyncsPage() {
  const { t } = useTranslation();
  usePageTitle(t('syncs.title'));
  return (
    <div data-testid="syncs-page">
      <h1>{t('syncs.title')}</h1>
    </div>
  );
}
