import type { IntegrationsLog } from '../log.ts';
import type { SupplierAccess } from '../suppliers/suppliers.ts';

/** What a question about an order at the platform needs. */
export type FulfilmentContext = {
  readonly suppliers: Pick<SupplierAccess, 'current'>;
  readonly log: Pick<IntegrationsLog, 'error'>;
};
