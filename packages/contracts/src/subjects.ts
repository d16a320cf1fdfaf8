/** Names of everything on NATS. Nobody types a subject, stream or durable by hand (style habit 18). */

export const streams = {
  /** Verified callbacks on their way from the gateway to orders. */
  callbacks: { name: 'CALLBACKS', subjects: ['CALLBACKS.*'] },
  /** A bounded sample of refused (unverified) requests, for the signature debugger; loses the oldest. */
  refusals: { name: 'REFUSALS', subjects: ['REFUSALS.*'] },
  /** CloudEvents that tell every committed change of an order (order-events.ts). */
  orders: { name: 'ORDERS', subjects: ['ORDERS.>'] },
} as const;

export const subjects = {
  callback: (provider: string) => `CALLBACKS.${provider}`,
  refusal: (provider: string) => `REFUSALS.${provider}`,
  orderEvent: (type: string) => `ORDERS.${type}`,
  allOrderEvents: 'ORDERS.>',
} as const;

export const durables = {
  ordersCallbacks: 'orders-callbacks',
  ordersRefusals: 'orders-refusals',
  integrationsOrderEvents: 'integrations-order-events',
} as const;
