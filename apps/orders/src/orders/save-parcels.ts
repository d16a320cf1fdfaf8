import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { asWritten, type Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { whyNoShipping } from './allowed-actions.ts';
import type { LockedOrder } from './lock-orders.ts';
import { moveHaier } from './move-haier.ts';
import { moveOrder } from './move-order.ts';
import { recordAmendment } from './record-amendment.ts';

type Kept = {
  carrier: string | null;
  tracking_no: string | null;
  delivery_record_code: string | null;
  sn_code: string | null;
  parcels: LogisticsItem[];
};

/**
 * Keeps on a locked order what the platform says of its parcels (R133), and ships a paid and confirmed order of which a
 * parcel has a number (rulings.md "After a push"); one that waits for its confirmation is confirmed by that. What the
 * platform does not say any more stays as it was; the same again changes nothing.
 */
export async function saveParcels(
  tx: Tx,
  locked: LockedOrder,
  items: readonly LogisticsItem[],
  cause: Cause,
): Promise<void> {
  const { order } = locked;
  if (items.length === 0) return;
  const [before] = await tx.em.execute<Kept[]>(
    `select carrier, tracking_no, delivery_record_code, sn_code, parcels from orders where id = ?`,
    [order.id],
  );
  const after = keptOf(items, before!);
  if (!isSame(before!, after)) {
    await tx.em.execute(
      `update orders set carrier = ?, tracking_no = ?, delivery_record_code = ?, sn_code = ?, parcels = ?::jsonb where id = ?`,
      [after.carrier, after.tracking_no, after.delivery_record_code, after.sn_code, JSON.stringify(items), order.id],
      'run',
    );
    recordAmendment(
      tx,
      order,
      {
        what: 'parcels',
        fact: 'parcels_learned',
        note: { zh: `${items.length} 个包裹`, en: `${items.length} parcels` },
        detail: { parcels: items.length },
      },
      cause,
    );
  }
  if (!items.some(({ logisticsNo }) => logisticsNo)) return;
  // Who sends an order has taken it, whatever became of the callback that should have said so.
  if (order.status === 'paid' && order.haierStatus === 'push_pending')
    moveHaier(tx, order, 'order_confirmed', { ...cause, note: SENT_ALREADY });
  if (whyNoShipping(locked)) return;
  const note = [after.carrier, after.tracking_no].filter(Boolean).join(' ');
  await moveOrder(tx, locked, 'goods_sent', { ...cause, note: asWritten(note) });
}

const SENT_ALREADY: Text = {
  zh: '平台已有物流单号，视为已接单',
  en: 'The platform has sent parcels of it, so it has taken the order',
};

/** The first parcel with a number names the carrier, for both belong together. */
function keptOf(items: readonly LogisticsItem[], before: Kept): Kept {
  const sent = items.find(({ logisticsNo }) => logisticsNo);
  return {
    carrier: sent ? sent.logisticsCompany : before.carrier,
    tracking_no: sent?.logisticsNo ?? before.tracking_no,
    delivery_record_code:
      items.find(({ deliveryRecordCode }) => deliveryRecordCode)?.deliveryRecordCode ?? before.delivery_record_code,
    sn_code: items.find(({ snCode }) => snCode)?.snCode ?? before.sn_code,
    parcels: [...items],
  };
}

// PostgreSQL orders the fields of a jsonb value its own way.
const textOf = ({ parcels, ...rest }: Kept) =>
  JSON.stringify([
    rest.carrier,
    rest.tracking_no,
    rest.delivery_record_code,
    rest.sn_code,
    parcels.map((item) => [item.logisticsCompany, item.logisticsNo, item.deliveryRecordCode, item.snCode]),
  ]);
const isSame = (one: Kept, other: Kept): boolean => textOf(one) === textOf(other);
