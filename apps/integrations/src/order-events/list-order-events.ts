import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { orderEventApi, ReceivedOrderEvent } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import { ReceivedEvent } from './received-event.entity.ts';

/** A page of received events, newest first, by keyset. The cursor is the id of the last row shown. */
export async function listOrderEvents(
  em: SqlEntityManager,
  { orderNumber, cursor, limit }: z.output<typeof orderEventApi.list.input>,
): Promise<{ items: ReceivedOrderEvent[]; nextCursor: string | null }> {
  // A cursor that is none of ours finds the first page rather than an error: nothing is hidden by it.
  const before = cursor && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;
  const rows = await em.find(
    ReceivedEvent,
    { ...(orderNumber ? { orderNumber } : {}), ...(before === undefined ? {} : { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit: limit + 1 },
  );
  const shown = rows.slice(0, limit);
  return {
    items: shown.map((row) => ({
      eventId: row.eventId,
      type: row.type,
      orderNumber: row.orderNumber,
      happenedAt: row.happenedAt.toISOString(),
      receivedAt: row.receivedAt.toISOString(),
    })),
    nextCursor: rows.length > limit ? String(shown.at(-1)!.id) : null,
  };
}
