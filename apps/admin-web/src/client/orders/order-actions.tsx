import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { MoreActions } from './more-actions.tsx';
import { nextStep } from './next-step.ts';
import { CALLBACKS_OF_ORDER } from './order-callbacks.tsx';
import './order-actions.css';

type Allowed = OrderView['allowedActions'][number];
type Action = Allowed['action'];
export type OrderAct = Exclude<Action, 'replayCallback'>;
type OrderActionsProps = { order: OrderView; onAct: (act: OrderAct) => void };

/** What nobody does every day. */
const RARE: readonly Action[] = ['rebuild', 'replayCallback'];
/** What takes something away from the buyer or from us. */
const DANGEROUS: readonly Action[] = ['cancel', 'requestRefund'];

/**
 * What the viewer may do with the order: the step that takes it on first, the others beside it, and behind "More" what is
 * rarely done and what cannot be done now, each with why. What stands in a box of its own is not offered twice. The
 * service decides.
 */
export function OrderActions({ order, onAct }: OrderActionsProps) {
  const { t } = useTranslation();
  const begin = (action: Action) => (action === 'replayCallback' ? showCallbacks() : onAct(action));
  const offered = order.allowedActions.filter(({ action }) => !standsElsewhere(order, action));
  const step = nextStep(order);
  const beside = offered
    .filter(({ action, allowed }) => allowed && action !== step && !RARE.includes(action))
    .toSorted((one, other) => Number(isDangerous(one.action)) - Number(isDangerous(other.action)));
  return (
    <div className="order-actions" role="group" aria-label={t('order.actions')} data-testid="order-actions">
      {step && (
        <Button type="primary" data-testid={`action-${step}`} onClick={() => begin(step)}>
          {t(`action.${step}`)}
        </Button>
      )}
      {beside.map(({ action }) => (
        <Button
          key={action}
          danger={isDangerous(action)}
          data-testid={`action-${action}`}
          onClick={() => begin(action)}
        >
          {t(`action.${action}`)}
        </Button>
      ))}
      <MoreActions actions={offered.filter(({ action, allowed }) => !allowed || RARE.includes(action))} onAct={begin} />
    </div>
  );
}

const isDangerous = (action: Action): boolean => DANGEROUS.includes(action);

/** Whether a box of the page offers it, with what it is about. */
function standsElsewhere({ hasHaierLines, isGovernmentOrder }: OrderView, action: Action): boolean {
  if (action === 'logistics' || action === 'deliveryImages') return hasHaierLines;
  return action === 'reveal' || (action === 'recordInvoice' && isGovernmentOrder);
}

function showCallbacks(): void {
  const callbacks = document.getElementById(CALLBACKS_OF_ORDER);
  callbacks?.scrollIntoView({ block: 'start' });
  callbacks?.focus({ preventScroll: true });
}
