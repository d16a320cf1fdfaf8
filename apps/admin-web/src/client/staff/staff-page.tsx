import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function StaffPage() {
  const { t } = useTranslation();
  usePageTitle(t('staff.title'));
  return (
    <div data-testid="staff-page">
      <h1>{t('staff.title')}</h1>
    </div>
  );
}
