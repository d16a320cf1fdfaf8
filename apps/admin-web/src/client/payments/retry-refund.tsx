import RedoOutlined from '@ant-design/icons/es/icons/RedoOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

/** Sends a refund that failed once more, under its number. */
export function RetryRefund({ refund, small = false }: { refund: RefundView; small?: boolean }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('refunds.retry');
  const [asking, setAsking] = useState(false);
  const { id, amountFen, orderNumber, refundNo, retry } = refund;
  const refused = retry.allowed ? null : (staffText(retry.reason, retry.reasonEn) ?? t('error.REFUSED'));
  return (
    <>
      <ActButton
        {...(small ? { size: 'small' } : { icon: <RedoOutlined /> })}
        refused={permitted ? refused : t('payments.retryNotPermitted')}
        testId={`refund-retry-${id}`}
        onClick={() => setAsking(true)}
      >
        {t('payments.retry')}
      </ActButton>
      {asking && (
        <ActDialog
          title={t('payments.retryTitle')}
          effects={[
            t('payments.retryEffectMoney', { amount: formatFen(amountFen), order: orderNumber }),
            t('payments.retryEffectOnce', { number: refundNo }),
            t('payments.retryEffectAudit'),
          ]}
          confirm={t('payments.retry')}
          testId="refund-retry"
          run={async () => {
            await ordersClient.refund.retry.mutate({ id });
            await Promise.all(
              [ordersApi.refund, ordersApi.payment, ordersApi.order].map((part) =>
                queryClient.invalidateQueries(part.pathFilter()),
              ),
            );
            return t('payments.retried');
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
