import { recordEvent } from '../outbox/record-event.ts';
import type { InventoryRow, Tx } from '../transaction.ts';

export type StockChange = {
  readonly product: { readonly id: number; readonly productCode: string };
  /** The order it happened for; null when a person changed the stock by hand. */
  readonly order: { readonly id: number; readonly orderNumber: string } | null;
  readonly change: InventoryRow['change_type'];
  /** Pieces; negative when they leave the shelf. */
  readonly quantity: number;
  readonly reason: 'order_created' | 'order_cancelled' | 'order_refunded' | 'manual_adjust';
  /** What a person wrote about it. */
  readonly note?: string;
};

/** Writes what every change of local stock leaves behind: one inventory row, one audit entry, one event (domain.md §3.7, §3.12). */
export function recordStockChange(
  tx: Tx,
  { product, order, change, quantity, reason, note }: StockChange,
  { by, at }: { by: string; at: Date },
): void {
  tx.inventory.push({
    product_id: product.id,
    order_id: order?.id ?? null,
    change_type: change,
    quantity,
    reason,
    note: note ?? null,
    by,
    at,
  });
  tx.audit.push({
    at,
    actor: by,
    action: 'inventory_changed',
    resource_type: 'product',
    resource_id: product.productCode,
    detail: { change, quantity, reason, ...(order && { orderNumber: order.orderNumber }), ...(note && { note }) },
  });
  recordEvent(tx, at, 'stock.changed', order?.orderNumber ?? null, { productCode: product.productCode, change });
}
