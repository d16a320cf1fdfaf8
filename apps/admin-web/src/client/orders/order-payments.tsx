import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView, PaymentView } from '@orderbridge/contracts/orders-api';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Box } from '../layout/box.tsx';
import { Moment } from '../layout/moment.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { ShortCode } from '../layout/short-code.tsx';
import { useRoomyScreen } from '../layout/media-queries.ts';
import { PaymentStatusTag } from '../payments/payment-status-tag.tsx';
import { RefundApproval } from '../payments/refund-approval.tsx';
import { RefundStatusTag } from '../payments/refund-status-tag.tsx';

type Refund = OrderView['refunds'][number];

export function OrderPayments({ payments }: { payments: readonly PaymentView[] }) {
  const { t } = useTranslation();
  const roomy = useRoomyScreen();
  const columns: RecordColumn<PaymentView>[] = [
    { key: 'amount', title: t('order.amount'), render: ({ amountFen }) => formatFen(amountFen) },
    {
      key: 'status',
      title: t('order.state'),
      render: ({ status }) => <PaymentStatusTag status={status} />,
    },
    {
      key: 'method',
      title: t('order.method'),
      render: ({ method }) => <span className="nowrap">{t(`paymentMethod.${method}`)}</span>,
    },
    {
      key: 'transactionId',
      title: t('order.transactionId'),
      render: ({ transactionId }) =>
        transactionId === null ? '—' : <ShortCode text={transactionId} what={t('order.transactionId')} />,
    },
    ...(roomy
      ? [
          {
            key: 'openedAt',
            title: t('order.openedAt'),
            render: ({ createdAt }: PaymentView) => <Moment at={createdAt} />,
          },
        ]
      : []),
    { key: 'paidAt', title: t('order.paidAt'), render: (payment) => <PaidAt payment={payment} /> },
  ];
  return (
    <Box title={t('order.payments')} testId="order-payments">
      <RecordTable<PaymentView>
        label={t('order.payments')}
        columns={columns}
        records={payments}
        rowKey={({ id }) => id}
        testId={({ id }) => `payment-row-${id}`}
        empty={t('order.noPayments')}
      />
    </Box>
  );
}

/** When it was paid, or until when it can be. */
function PaidAt({ payment: { status, paidAt, expiresAt } }: { payment: PaymentView }) {
  const { t } = useTranslation();
  if (paidAt !== null) return <Moment at={paidAt} />;
  if (status !== 'init' && status !== 'processing') return '—';
  return (
    <span className="secondary">
      {t('order.expiresAt')} <Moment at={expiresAt} />
    </span>
  );
}

/** Stays away while there is nothing to refund: most orders never see one. */
export function OrderRefunds({ refunds }: { refunds: readonly Refund[] }) {
  const { t } = useTranslation();
  const { label } = useLabels();
  const staffText = useStaffText();
  if (refunds.length === 0) return null;
  const columns: RecordColumn<Refund>[] = [
    { key: 'amount', title: t('order.amount'), render: ({ amountFen }) => formatFen(amountFen) },
    {
      key: 'status',
      title: t('order.state'),
      render: (refund) => (
        <>
          <RefundStatusTag refund={refund} />
          <RefundApproval refund={refund} />
          {refund.lastError !== null && (
            <div className="as-written secondary">{staffText(refund.lastError, refund.lastErrorEn)}</div>
          )}
        </>
      ),
    },
    { key: 'cause', title: t('order.cause'), render: ({ cause }) => label('refundCause', cause) },
    {
      key: 'reason',
      title: t('order.reason'),
      render: ({ reason, reasonEn }) => <span className="as-written">{staffText(reason, reasonEn)}</span>,
    },
    { key: 'openedAt', title: t('order.openedAt'), render: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
  return (
    <Box title={t('order.refunds')} testId="order-refunds">
      <RecordTable<Refund>
        label={t('order.refunds')}
        columns={columns}
        records={refunds}
        rowKey={({ id }) => id}
        testId={({ id }) => `refund-row-${id}`}
        empty={t('order.noRefunds')}
      />
    </Box>
  );
}
