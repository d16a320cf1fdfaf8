import { z } from 'zod';
import { ORDER_EVENT_TYPES } from './order-events.ts';
import { Instant, page, paging } from './primitives.ts';
import type { Api, Query } from './router-types.ts';

/** An order event as apps/integrations has taken it from the bus. */
export const ReceivedOrderEvent = z.object({
  eventId: z.uuid(),
  type: z.enum(ORDER_EVENT_TYPES),
  orderNumber: z.string(),
  happenedAt: Instant,
  receivedAt: Instant,
});
export type ReceivedOrderEvent = z.infer<typeof ReceivedOrderEvent>;

export const orderEventApi = {
  /** Newest first: what the subscriber in integrations has seen, each event once. */
  list: {
    input: z.strictObject({ orderNumber: z.string().max(100).optional(), ...paging }).prefault({}),
    output: page(ReceivedOrderEvent),
  },
} as const;

/** The API of apps/integrations. */
export type IntegrationsApi = Api<{ orderEvent: { list: Query<typeof orderEventApi.list> } }>;
