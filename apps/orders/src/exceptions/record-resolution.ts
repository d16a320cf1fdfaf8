import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { recordEvent } from '../outbox/record-event.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';

export type Resolution = {
  readonly exceptionId: string;
  readonly kind: ExceptionKind;
  readonly orderNumber: string | null;
  /** `staff:<username>`, or `system` when the case settled itself. */
  readonly by: string;
  readonly action: string;
  readonly reason: Text;
  readonly at: Date;
};

/** Writes what every closed case leaves behind: one audit entry and one event, in the caller's transaction. */
export function recordResolution(tx: Tx, { exceptionId, kind, orderNumber, by, action, reason, at }: Resolution): void {
  tx.audit.push({
    at,
    actor: by,
    action: 'exception_resolved',
    resource_type: 'exception',
    resource_id: exceptionId,
    detail: { kind, orderNumber, action, reason: reason.zh, ...(reason.en !== reason.zh && { reasonEn: reason.en }) },
  });
  recordEvent(tx, at, 'exception.resolved', orderNumber, { exceptionId, kind, action });
}
