import { Button, Tooltip } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CALLBACKS_OF_ORDER } from './order-callbacks.tsx';
import { OpenPaymentDialog } from './open-payment-dialog.tsx';
import { OrderVerbDialog, type OrderVerb } from './order-verb-dialog.tsx';

type Allowed = OrderView['allowedActions'][number];

/** What the viewer may do with the order. The service decides; a greyed button says why. */
export function OrderActions({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const [paying, setPaying] = useState(false);
  const [verb, setVerb] = useState<OrderVerb>();
  const start: Record<Exclude<Allowed['action'], OrderVerb>, () => void> = {
    openPayment: () => setPaying(true),
    replayCallback: () => {
      const callbacks = document.getElementById(CALLBACKS_OF_ORDER);
      callbacks?.scrollIntoView({ behavior: 'smooth', block: 'start' });
      callbacks?.focus({ preventScroll: true });
    },
  };
  const begin = (action: Allowed['action']) =>
    action === 'openPayment' || action === 'replayCallback' ? start[action]() : setVerb(action);
  return (
    <div className="order-actions" role="group" aria-label={t('order.actions')} data-testid="order-actions">
      {order.allowedActions.map((allowed) => (
        <ActionButton key={allowed.action} allowed={allowed} onClick={() => begin(allowed.action)} />
      ))}
      <OpenPaymentDialog order={order} open={paying} onClose={() => setPaying(false)} />
      {verb && <OrderVerbDialog key={verb} order={order} verb={verb} onClose={() => setVerb(undefined)} />}
    </div>
  );
}

function ActionButton({
  allowed: { action, allowed, reason, reasonEn },
  onClick,
}: {
  allowed: Allowed;
  onClick: () => void;
}) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const reasonId = useId();
  const name = t(`action.${action}`);
  if (allowed) {
    return (
      <Button onClick={onClick} data-testid={`action-${action}`}>
        {name}
      </Button>
    );
  }
  const why = t('order.notAllowedBecause', { reason: staffText(reason, reasonEn) ?? t('error.REFUSED') });
  // Greyed but not `disabled`: a disabled button takes no focus, and then nobody at the keyboard learns the reason.
  return (
    <span className="refused-action">
      <Tooltip title={why}>
        <Button aria-disabled aria-describedby={reasonId} className="greyed" data-testid={`action-${action}`}>
          {name}
        </Button>
      </Tooltip>
      <span id={reasonId} className="refused-action-reason">
        {why}
      </span>
    </span>
  );
}
