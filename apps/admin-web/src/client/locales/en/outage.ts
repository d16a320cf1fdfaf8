import type { Texts } from '../texts.ts';
import type * as zh from '../zh-CN/outage.ts';

export const outage: Texts<typeof zh.outage> = {
  network: 'Cannot reach the server: the network is down, or the admin web does not answer',
  orders: 'The orders service does not answer',
  gateway: 'No callbacks are taken right now: the callback gateway is not available',
  integrations: 'The integrations service does not answer',
  partial: '{{service}}: not everything works',
  effectPartial: 'Some of what you see may be out of date and some actions may fail; watch for notices on the page.',
  gatewayKeeps: 'The gateway still takes and keeps callbacks; they are processed afterwards.',
  asOf: 'Data as of {{time}} (UTC+8).',
  asOfGateway: 'Callbacks last known to be taken at {{time}} (UTC+8).',
  asOfIntegrations: 'Data from integrations as of {{time}} (UTC+8).',
  recovers: 'The page catches up by itself afterwards; no need to reload.',
  toHealth: 'System health',
  moreOnceSignedIn:
    'Until the orders service answers, your sign-in cannot be checked, so only whether each service answers is shown. The full page opens by itself afterwards.',
};

export const outageEffect: Texts<typeof zh.outageEffect> = {
  network: 'What is already open can still be read; nothing new can be loaded and no action can be submitted.',
  orders: 'What is already open can still be read; nothing new can be loaded and no action can be submitted.',
  gateway:
    'Pages and actions work as usual. News from Haier and the payment providers does not arrive for now; they send it again by their own rules.',
  integrations:
    'Orders, payments, refunds, callbacks and exceptions work as usual. Pushes, cancellations, syncs, reconciliation and Haier data are on hold; jobs are kept and go on afterwards.',
};

export const outageAlso: Texts<typeof zh.outageAlso> = {
  gateway: 'No callbacks are taken either; the platforms send them again.',
  integrations: 'The integrations service has trouble too: pushes, cancellations and syncs are on hold.',
};
