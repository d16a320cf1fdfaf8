import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PaymentView } from '@orderbridge/contracts/orders-api';

type Status = PaymentView['status'];

export const PAYMENT_STATUS_COLORS = {
  init: 'orange',
  processing: 'processing',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'default',
  expired: 'default',
} as const satisfies Record<Status, string>;

export function PaymentStatusTag({ status }: { status: Status }) {
  const { t } = useTranslation();
  return <Tag color={PAYMENT_STATUS_COLORS[status]}>{t(`paymentStatus.${status}`)}</Tag>;
}
