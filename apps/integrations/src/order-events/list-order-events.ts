import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { orderEventApi, ReceivedOrderEvent } from '@orderbridge/contracts/integrations-api';
import { ORDER_EVENT_TYPES, type OrderEventType } from '@orderbridge/contracts/order-events';
import { pageOf } from '@orderbridge/service-kit/paging';
import type { z } from 'zod';
import { idOfCursor } from '../paging.ts';

type Row = {
  id: string;
  event_id: string;
  type: OrderEventType;
  order_number: string;
  happened_at: string;
  received_at: string;
};

/**
 * A page of received events of the types this version knows, newest first, by keyset.
 * @throws BadInput when the cursor is none of ours
 */
export async function listOrderEvents(
  em: SqlEntityManager,
  { orderNumber, cursor, limit }: z.output<typeof orderEventApi.list.input>,
): Promise<{ items: ReceivedOrderEvent[]; nextCursor: string | null }> {
  const before = cursor === undefined ? undefined : idOfCursor(cursor);
  const rows = await em.execute<Row[]>(
    `select id, event_id, type, order_number, happened_at, received_at from received_order_events
      where type in (?) ${orderNumber === undefined ? '' : 'and order_number = ?'} ${before === undefined ? '' : 'and id < ?'}
      order by id desc limit ?`,
    [
      ORDER_EVENT_TYPES,
      ...(orderNumber === undefined ? [] : [orderNumber]),
      ...(before === undefined ? [] : [before]),
      limit + 1,
    ],
  );
  return pageOf(rows, limit, (row) => ({
    eventId: row.event_id,
    type: row.type,
    orderNumber: row.order_number,
    happenedAt: new Date(row.happened_at).toISOString(),
    receivedAt: new Date(row.received_at).toISOString(),
  }));
}
