import { defineEntity, p } from '@mikro-orm/core';
import type { OrderEventType } from '@orderbridge/contracts/order-events';

const ReceivedEventSchema = defineEntity({
  name: 'ReceivedEvent',
  tableName: 'received_order_events',
  properties: {
    id: p.bigint('number').primary(),
    /** Unique: the stable id of the event, so that a redelivery is taken once. */
    eventId: p.uuid(),
    type: p.string().$type<OrderEventType>(),
    orderNumber: p.string(),
    data: p.json<object>(),
    happenedAt: p.datetime(),
    receivedAt: p.datetime(),
  },
});

/** An order event that integrations has taken from the bus; pushes and cancels will start from these rows. */
export class ReceivedEvent extends ReceivedEventSchema.class {}
ReceivedEventSchema.setClass(ReceivedEvent);
