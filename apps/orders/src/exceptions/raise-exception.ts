import { recordEvent } from '../outbox/record-event.ts';
import type { Tx } from '../transaction.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Text } from '../text.ts';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';

export type ExceptionCase = {
  kind: ExceptionKind;
  order: { id: number; orderNumber: string } | null;
  callbackId?: string | undefined;
  /** Public ids of the payment and refund it is about. */
  paymentId?: string | undefined;
  refundId?: string | undefined;
  /** Names the trouble: the same key is raised once, also when a callback is replayed. */
  dedupKey: string;
  /** What happened and what a person should look at. */
  detail: Text;
  at: Date;
};

/** Puts a case before staff, in the caller's transaction. Answers whether it is a new one. */
export async function raiseException(
  tx: Tx,
  { kind, order, callbackId, paymentId, refundId, dedupKey, detail, at }: ExceptionCase,
): Promise<boolean> {
  const publicId = uuidv7(at);
  const [raised] = await tx.em.execute<{ id: string }[]>(
    `insert into exceptions (public_id, kind, order_id, callback_id, payment_id, refund_id, dedup_key, detail, detail_en, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (dedup_key) do nothing returning id`,
    [
      publicId,
      kind,
      order?.id ?? null,
      callbackId ?? null,
      paymentId ?? null,
      refundId ?? null,
      dedupKey,
      detail.zh,
      detail.en,
      at,
    ],
  );
  if (raised) recordEvent(tx, at, 'exception.raised', order?.orderNumber ?? null, { exceptionId: publicId, kind });
  return raised !== undefined;
}
