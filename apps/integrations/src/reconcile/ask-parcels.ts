import type { ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { Suppliers } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';

/** What YLH says of parcels, by our order number; or why it says nothing. */
export type ParcelsAnswer =
  | { readonly known: true; readonly parcels: ReadonlyMap<string, readonly LogisticsItem[]> }
  | { readonly known: false; readonly problem: Text };

/** Asks YLH what it sent of these orders, by the number it knows them by (R132). */
export async function askParcels({ ylh }: Suppliers, orders: readonly ReconcileOrder[]): Promise<ParcelsAnswer> {
  const numberOf = ({ haierOrderNo, orderNumber }: ReconcileOrder) => haierOrderNo || orderNumber;
  if (orders.length === 0) return { known: true, parcels: new Map() };
  const answer = await ylh.logistics(orders.map(numberOf), { priority: 'bulk' });
  if (answer.outcome !== 'answered') return { known: false, problem: answer.detail };
  const byNumber = Map.groupBy(answer.value, ({ orderCode }) => orderCode);
  return {
    known: true,
    parcels: new Map(
      orders.map((order) => [order.orderNumber, (byNumber.get(numberOf(order)) ?? []).map(({ item }) => item)]),
    ),
  };
}
