import { streams, subjects } from '@orderbridge/contracts/subjects';
import { SUPPLIER_EVENT_SOURCE } from '@orderbridge/contracts/supplier-events';
import type { Outbox } from '@orderbridge/service-kit/outbox/relay';

/** What integrations tells orders, and where. */
export const OUTBOX: Outbox = {
  lockKey: 4_712_002,
  stream: streams.suppliers.name,
  subjectOf: subjects.supplierEvent,
  source: SUPPLIER_EVENT_SOURCE,
};
