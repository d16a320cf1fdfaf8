import { ORDER_EVENT_SOURCE } from '@orderbridge/contracts/order-events';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import type { Outbox } from '@orderbridge/service-kit/outbox/relay';

/** What orders tells the world, and where. */
export const OUTBOX: Outbox = {
  lockKey: 4_711_002,
  stream: streams.orders.name,
  subjectOf: subjects.orderEvent,
  source: ORDER_EVENT_SOURCE,
};
