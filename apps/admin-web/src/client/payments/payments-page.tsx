import { useTranslation } from 'react-i18next';
import { RoomTabs } from '../layout/room-tabs.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { ExportPayments } from './export-payments.tsx';
import { PaymentDrawer } from './payment-drawer.tsx';
import { PaymentList } from './payment-list.tsx';
import './payments.css';
import { RefundDrawer } from './refund-drawer.tsx';
import { RefundList } from './refund-list.tsx';

export default function PaymentsPage() {
  const { t } = useTranslation();
  usePageTitle(t('payments.title'));
  return (
    <div data-testid="payments-page">
      <h1>{t('payments.title')}</h1>
      <RoomTabs
        tabs={[
          { key: 'payments', label: t('payments.tabPayments'), children: <PaymentList />, extra: <ExportPayments /> },
          { key: 'refunds', label: t('payments.tabRefunds'), children: <RefundList /> },
        ]}
      />
      <PaymentDrawer />
      <RefundDrawer />
    </div>
  );
}
