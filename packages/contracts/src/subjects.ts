/** Names of everything on NATS. Nobody types a subject, stream or durable by hand (style habit 18). */

const DAY_MS = 86_400_000;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Each stream with its limits; whoever comes first makes it (service-kit's `ensureStream`). */
export const streams = {
  /** Verified callbacks on their way from the gateway to orders; a full stream refuses, so that nothing is lost unseen. */
  callbacks: { name: 'CALLBACKS', subjects: ['CALLBACKS.*'], maxAgeMs: 7 * DAY_MS, maxBytes: 2 * GIB, discard: 'new' },
  /** A bounded sample of refused (unverified) requests, for the signature debugger; loses the oldest. */
  refusals: { name: 'REFUSALS', subjects: ['REFUSALS.*'], maxAgeMs: DAY_MS, maxBytes: 20 * MIB, discard: 'old' },
  /** CloudEvents that tell every committed change of an order (order-events.ts). */
  orders: { name: 'ORDERS', subjects: ['ORDERS.>'], maxAgeMs: 7 * DAY_MS, maxBytes: 2 * GIB, discard: 'new' },
  /** CloudEvents of integrations to orders (supplier-events.ts). */
  suppliers: { name: 'SUPPLIERS', subjects: ['SUPPLIERS.>'], maxAgeMs: 7 * DAY_MS, maxBytes: 2 * GIB, discard: 'new' },
} as const;

export const subjects = {
  callback: (provider: string) => `CALLBACKS.${provider}`,
  refusal: (provider: string) => `REFUSALS.${provider}`,
  orderEvent: (type: string) => `ORDERS.${type}`,
  allOrderEvents: 'ORDERS.>',
  supplierEvent: (type: string) => `SUPPLIERS.${type}`,
  allSupplierEvents: 'SUPPLIERS.>',
  /** Told to every process of integrations, and kept nowhere: the supplier configuration in use is another one. */
  supplierConfigChanged: 'INTERNAL.integrations.configChanged',
} as const;

export const durables = {
  ordersCallbacks: 'orders-callbacks',
  ordersRefusals: 'orders-refusals',
  ordersSupplierEvents: 'orders-supplier-events',
  integrationsOrderEvents: 'integrations-order-events',
} as const;
