import type { InventoryEntry, ProductView } from '@orderbridge/contracts/catalogue-api';
import { textIn } from '../paging/read-filter.ts';

type Source = ProductView['source'];
type ChangeType = InventoryEntry['changeType'];

export const PRODUCT_FILTER_NAMES = ['q', 'source'] as const;
export const PRODUCT_SOURCES = ['haier', 'local'] as const satisfies readonly Source[];

/** What an address asks for of the products, as `product.list` takes it; what it does not know there, it leaves out. */
export function productListInput(params: URLSearchParams): { q?: string; source?: Source } {
  const q = textIn(params, 'q');
  const source = PRODUCT_SOURCES.find((name) => name === params.get('source'));
  return { ...(q && { q }), ...(source && { source }) };
}

export const INVENTORY_FILTER_NAMES = ['productCode', 'orderNumber', 'change'] as const;
export const CHANGE_COLORS = {
  lock: 'orange',
  release: 'green',
  adjust: 'blue',
} as const satisfies Record<ChangeType, string>;
export const CHANGE_TYPES = Object.keys(CHANGE_COLORS) as ChangeType[];

type InventoryInput = { productCode?: string; orderNumber?: string; changeType?: ChangeType };

/** What an address asks for of the inventory log, as `inventory.log` takes it. */
export function inventoryLogInput(params: URLSearchParams): InventoryInput {
  const productCode = textIn(params, 'productCode', 50);
  const orderNumber = textIn(params, 'orderNumber');
  const changeType = CHANGE_TYPES.find((type) => type === params.get('change'));
  return {
    ...(productCode && { productCode }),
    ...(orderNumber && { orderNumber }),
    ...(changeType && { changeType }),
  };
}
