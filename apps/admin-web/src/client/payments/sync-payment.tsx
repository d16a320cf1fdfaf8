import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

/** Asks the provider what became of a payment, and shows what it said. */
export function SyncPayment({ payment }: { payment: PaymentView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('payments.sync');
  const [asking, setAsking] = useState(false);
  const sync = async () => {
    const { changed, detail, detailEn } = await ordersClient.payment.sync.mutate({ id: payment.id });
    await Promise.all(
      [ordersApi.payment, ordersApi.refund, ordersApi.order, ordersApi.exception].map((part) =>
        queryClient.invalidateQueries(part.pathFilter()),
      ),
    );
    return {
      shown: (
        <Alert
          type={changed ? 'success' : 'info'}
          showIcon
          role="status"
          data-testid="payment-said"
          title={changed ? t('payments.syncChanged') : t('payments.syncUnchanged')}
          description={staffText(detail, detailEn)}
        />
      ),
    };
  };
  return (
    <>
      <div className="record-acts">
        <ActButton
          icon={<SyncOutlined />}
          refused={permitted ? null : t('payments.syncNotPermitted')}
          testId="payment-sync"
          onClick={() => setAsking(true)}
        >
          {t('payments.sync')}
        </ActButton>
      </div>
      {asking && (
        <ActDialog
          title={t('payments.sync')}
          effects={[
            t('payments.syncEffectAsk', { provider: t(`paymentMethod.${payment.method}`) }),
            t('payments.syncEffectApply'),
            t('payments.syncEffectAudit'),
          ]}
          confirm={t('payments.syncConfirm')}
          testId="payment-sync"
          run={sync}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
