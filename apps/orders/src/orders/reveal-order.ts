import type { orderApi } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { transact, type TransactContext } from '../transaction.ts';
import { orderNotFound } from './get-order.ts';
import { Order } from './order.entity.ts';

/**
 * Name, phone and address of one order in clear, for a purpose that is written into the audit in the same transaction:
 * what cannot be audited is not shown (features.md row 56). The caller has asked for a fresh password check.
 * @throws NotFound
 */
export async function revealOrder(
  context: TransactContext & { readonly now: () => Date; readonly by: string },
  { orderNumber, purpose }: z.output<typeof orderApi.reveal.input>,
): Promise<z.output<typeof orderApi.reveal.output>> {
  return transact(context, async (tx) => {
    const order = await tx.em.findOne(Order, { orderNumber });
    if (!order) throw orderNotFound(orderNumber);
    tx.audit.push({
      at: context.now(),
      actor: context.by,
      action: 'personal_data_revealed',
      resource_type: 'order',
      resource_id: orderNumber,
      detail: { purpose },
    });
    const { contactName, phone, province, city, district, town, addressDetail } = order;
    return { contactName, phone, address: [province, city, district, town, addressDetail].filter(Boolean).join(' ') };
  });
}
