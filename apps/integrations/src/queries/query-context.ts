import type { SupplierAccess } from '../suppliers/suppliers.ts';
import type { IntegrationsLog } from '../log.ts';

/** What a question to the platform needs; `by` is the person who waits for the answer. */
export type QueryContext = { readonly suppliers: SupplierAccess; readonly log: IntegrationsLog };

/** A person waits at a page, so bulk work stands back. */
export const MANUAL = { priority: 'manual' } as const;
