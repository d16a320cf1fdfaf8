import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrderEvent } from '@orderbridge/contracts/order-events';

/** Keeps events of the bus, each once however often it is delivered. Answers how many were new. */
export async function takeOrderEvents(orm: MikroORM, events: readonly OrderEvent[], receivedAt: Date): Promise<number> {
  const rows = events.map((event) => ({
    event_id: event.id,
    type: event.type,
    order_number: event.subject,
    data: event.data,
    happened_at: event.time,
    received_at: receivedAt,
  }));
  const added = await orm.em.fork().execute<{ id: string }[]>(
    `insert into received_order_events (event_id, type, order_number, data, happened_at, received_at)
     select event_id, type, order_number, data, happened_at, received_at
       from json_to_recordset(?::json) as r(event_id uuid, type text, order_number text, data jsonb, happened_at timestamptz, received_at timestamptz)
     on conflict (event_id) do nothing returning id`,
    [JSON.stringify(rows)],
  );
  return added.length;
}
