import { Button } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CALLBACKS_OF_ORDER } from './order-callbacks.tsx';

type Allowed = OrderView['allowedActions'][number];
export type OrderAct = Exclude<Allowed['action'], 'replayCallback'>;
type OrderActionsProps = { order: OrderView; onAct: (act: OrderAct) => void };

/** What the viewer may do with the order comes first; what not is folded away, each with why. The service decides. */
export function OrderActions({ order, onAct }: OrderActionsProps) {
  const { t } = useTranslation();
  const begin = (action: Allowed['action']) => (action === 'replayCallback' ? showCallbacks() : onAct(action));
  const refused = order.allowedActions.filter(({ allowed }) => !allowed);
  return (
    <div className="order-actions" role="group" aria-label={t('order.actions')} data-testid="order-actions">
      <div className="allowed-actions">
        {order.allowedActions
          .filter(({ allowed }) => allowed)
          .map(({ action }) => (
            <Button key={action} onClick={() => begin(action)} data-testid={`action-${action}`}>
              {t(`action.${action}`)}
            </Button>
          ))}
      </div>
      {refused.length > 0 && (
        <details className="refused-actions" data-testid="refused-actions">
          <summary>{t('order.refusedActions', { count: refused.length })}</summary>
          <ul>
            {refused.map((entry) => (
              <RefusedAction key={entry.action} refused={entry} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function showCallbacks(): void {
  const callbacks = document.getElementById(CALLBACKS_OF_ORDER);
  callbacks?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  callbacks?.focus({ preventScroll: true });
}

function RefusedAction({ refused: { action, reason, reasonEn } }: { refused: Allowed }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const reasonId = useId();
  // Greyed but not `disabled`: a disabled button takes no focus, and then nobody at the keyboard learns the reason.
  return (
    <li>
      <Button
        size="small"
        aria-disabled
        aria-describedby={reasonId}
        className="greyed"
        data-testid={`action-${action}`}
      >
        {t(`action.${action}`)}
      </Button>
      <span id={reasonId}>{staffText(reason, reasonEn) ?? t('error.REFUSED')}</span>
    </li>
  );
}
