import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import type { OrderAct } from './order-actions.tsx';

type OrderActButtonProps = { order: OrderView; action: OrderAct; onAct: (act: OrderAct) => void };

/** An action of the order that stands with what it is about, instead of at the head of the page. */
export function OrderActButton({ order, action, onAct }: OrderActButtonProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const entry = order.allowedActions.find((allowed) => allowed.action === action);
  if (!entry) return null;
  const { allowed, reason, reasonEn } = entry;
  return (
    <ActButton
      size="small"
      refused={allowed ? null : (staffText(reason, reasonEn) ?? t('error.REFUSED'))}
      testId={`action-${action}`}
      onClick={() => onAct(action)}
    >
      {t(`action.${action}`)}
    </ActButton>
  );
}
