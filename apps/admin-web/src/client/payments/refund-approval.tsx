import { useTranslation } from 'react-i18next';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import { useLabels } from '../i18n/use-labels.ts';

/** Who asked for a large refund, and who approved it or that somebody has yet to. */
export function RefundApproval({ refund: { approval, requestedBy, withdrawnAt } }: { refund: RefundView }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  if (!approval || withdrawnAt !== null) return null;
  const asked = actor(requestedBy ?? 'system');
  if (approval.approvedBy !== null)
    return (
      <div className="secondary">{t('order.refundApprovedBy', { asked, approved: actor(approval.approvedBy) })}</div>
    );
  return approval.awaited ? <div className="secondary">{t('order.refundAskedBy', { by: asked })}</div> : null;
}
