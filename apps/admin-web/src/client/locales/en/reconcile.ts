import type { Texts } from '../texts.ts';
import type { reconcile as zh } from '../zh-CN/reconcile.ts';

export const reconcile: Texts<typeof zh> = {
  title: 'Reconciliation',
  lead: 'Compares our state with YLH and the payment provider, order by order; each difference has one safe way to settle it.',
  orderNumber: 'Order number (optional)',
  orderHint: 'Empty: all orders',
  limit: 'At most',
  check: 'Check now',
  checking: 'Checking order by order, this may take a while…',
  checked: '{{count}} orders checked',
  truncated: 'There are more orders than were checked: raise the limit.',
  ylhAway: 'YLH could not be asked, so what only it knows is not below: {{why}}',
  none: 'No differences: we, YLH and the payment provider agree',
  kind: 'Difference',
  local: 'Here',
  ylh: 'YLH',
  payment: 'Payment provider',
  detail: 'What it means',
  repair: 'Settle',
  repairOne: 'Settle',
  repairAll: 'Settle all {{count}}',
  repairTitle: 'Settle a difference: order {{order}}',
  repairAllTitle: 'Settle all differences',
  repairEffect: 'This will run: {{what}}.',
  repairAllEffect:
    'The {{count}} differences that are certain are settled each in its way; the others stay for a person.',
  repairLogged: 'Every step is written to the audit.',
  notRepaired: 'Not settled',
  byHand: 'A person has to look',
  done: 'Settled: {{count}}',
  idle: 'Press “Check now” to compare the three. The check itself changes nothing.',
};
