import type { OrderView } from '@orderbridge/contracts/orders-api';

type Action = OrderView['allowedActions'][number]['action'];

/** What takes an order on in each state, the first that can be done now. */
const STEPS: Readonly<Partial<Record<OrderView['status'], readonly Action[]>>> = {
  pending: ['openPayment'],
  paid: ['push', 'ship'],
  shipped: ['complete'],
};

/** The one action that takes the order on; undefined when it is waiting for others, or at its end. */
export const nextStep = ({
  status,
  allowedActions,
}: Pick<OrderView, 'status' | 'allowedActions'>): Action | undefined =>
  STEPS[status]?.find((step) => allowedActions.some(({ action, allowed }) => action === step && allowed));
