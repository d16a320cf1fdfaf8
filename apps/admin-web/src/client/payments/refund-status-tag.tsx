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

/** One that was taken back says so instead of its state, which it will never leave. */
export function RefundStatusTag({
  refund: { status, withdrawnAt },
}: {
  refund: Pick<RefundView, 'status' | 'withdrawnAt'>;
}) {
  const { t } = useTranslation();
  if (withdrawnAt !== null) return <Tag>{t('order.refundWithdrawn')}</Tag>;
  return <Tag color={REFUND_STATUS_COLORS[status]}>{t(`refundStatus.${status}`)}</Tag>;
}
