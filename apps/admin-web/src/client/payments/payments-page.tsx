import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ExportList } from '../exports/export-list.tsx';
import { RoomTabs } from '../layout/room-tabs.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { PaymentDrawer } from './payment-drawer.tsx';
import { paymentListInput, readPaymentFilter } from './payment-filter.ts';
import { PaymentList } from './payment-list.tsx';
import './payments.css';
import { RefundDrawer } from './refund-drawer.tsx';
import { readRefundFilter, refundListInput } from './refund-filter.ts';
import { RefundList } from './refund-list.tsx';

export default function PaymentsPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  usePageTitle(t('payments.title'));
  return (
    <div data-testid="payments-page">
      <h1>{t('payments.title')}</h1>
      <RoomTabs
        tabs={[
          {
            key: 'payments',
            label: t('payments.tabPayments'),
            children: <PaymentList />,
            extra: <ExportList list="payments" filters={paymentListInput(readPaymentFilter(params))} />,
          },
          {
            key: 'refunds',
            label: t('payments.tabRefunds'),
            children: <RefundList />,
            extra: <ExportList list="refunds" filters={refundListInput(readRefundFilter(params))} />,
          },
        ]}
      />
      <PaymentDrawer />
      <RefundDrawer />
    </div>
  );
}
