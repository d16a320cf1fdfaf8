import { defineEntity, p } from '@mikro-orm/core';

const ReceivedEventSchema = defineEntity({
  name: 'ReceivedEvent',
  tableName: 'received_order_events',
  properties: {
    id: p.bigint('number').primary(),
    /** Unique: the stable id of the event, so that a redelivery is taken once. */
    eventId: p.uuid().nullable(),
    streamSequence: p.bigint('number'),
    type: p.string().nullable(),
    orderNumber: p.string().nullable(),
    data: p.json<object>().nullable(),
    happenedAt: p.datetime().nullable(),
    /** The text of an event that could not be read, which then has none of the columns above but perhaps an id. */
    raw: p.string().nullable(),
    /** Why it could not be read or taken, and how often it was delivered. */
    cause: p.string().nullable(),
    deliveries: p.integer().nullable(),
    receivedAt: p.datetime(),
  },
});

/** An order event that integrations has taken from the bus; pushes and cancels are planned with it. */
export class ReceivedEvent extends ReceivedEventSchema.class {}
ReceivedEventSchema.setClass(ReceivedEvent);
