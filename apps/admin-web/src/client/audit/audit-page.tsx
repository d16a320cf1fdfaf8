import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function AuditPage() {
  const { t } = useTranslation();
  usePageTitle(t('audit.title'));
  return (
    <div data-testid="audit-page">
      <h1>{t('audit.title')}</h1>
    </div>
  );
}
