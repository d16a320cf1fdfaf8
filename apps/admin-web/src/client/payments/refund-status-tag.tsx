import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RefundView } from '@orderbridge/contracts/orders-api';

type Status = RefundView['status'];

export const REFUND_STATUS_COLORS = {
  pending: 'orange',
  processing: 'processing',
  succeeded: 'green',
  failed: 'red',
} as const satisfies Record<Status, string>;

/** One that was taken back, or waits for a second person, says so instead of its state. */
export function RefundStatusTag({
  refund: { status, withdrawnAt, approval },
}: {
  refund: Pick<RefundView, 'status' | 'withdrawnAt' | 'approval'>;
}) {
  const { t } = useTranslation();
  if (withdrawnAt !== null) return <Tag>{t('order.refundWithdrawn')}</Tag>;
  if (approval?.awaited) return <Tag color="gold">{t('order.refundToApprove')}</Tag>;
  return <Tag color={REFUND_STATUS_COLORS[status]}>{t(`refundStatus.${status}`)}</Tag>;
}
