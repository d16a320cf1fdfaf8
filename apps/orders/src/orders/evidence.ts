import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Order } from './order.entity.ts';

type Proved = Pick<Order, 'isGovernmentOrder' | 'parcels' | 'deliveryImages' | 'invoiceNo'>;

/**
 * What the subsidy of a government order is proved with, and whether all of it is there: a serial number of every
 * parcel, a photo and an invoice. Null for an order that needs no proof (features.md row 40).
 */
export function evidenceOf({ isGovernmentOrder, parcels, deliveryImages, invoiceNo }: Proved): OrderView['evidence'] {
  if (!isGovernmentOrder) return null;
  const numbered = parcels.filter(({ snCode }) => snCode !== null && snCode !== '').length;
  const missing = [
    ...(parcels.length === 0 || numbered < parcels.length ? (['serial_numbers'] as const) : []),
    ...(deliveryImages.length === 0 ? (['photos'] as const) : []),
    ...(invoiceNo ? [] : (['invoice'] as const)),
  ];
  return { parcels: parcels.length, numbered, photos: deliveryImages.length, missing };
}
