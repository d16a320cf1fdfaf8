import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../layout/use-page-title.ts';

export default function PaymentsPage() {
  const { t } = useTranslation();
  usePageTitle(t('payments.title'));
  return (
    <div data-testid="payments-page">
      <h1>{t('payments.title')}</h1>
    </div>
  );
}
