import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import { recordResolution } from './record-resolution.ts';

/**
 * Which cases: those of these kinds about one refund, payment or callback, by public id, or about orders, by their rows'
 * ids; or the one of that key.
 */
export type CasesOf = { readonly kinds: readonly ExceptionKind[] } & (
  | { readonly refundId: string }
  | { readonly paymentId: string }
  | { readonly callbackId: string }
  | { readonly orderId: number }
  | { readonly orderIds: readonly number[]; /** Of these, those whose key begins so. */ readonly keyStart?: string }
  | { readonly dedupKey: string }
);

/**
 * Closes open cases that have settled themselves, in the name of `system`, in the caller's transaction. What this
 * transaction raised itself stays open: that is news.
 */
export async function closeExceptions(tx: Tx, cases: CasesOf, why: Text, at: Date): Promise<void> {
  if (cases.kinds.length === 0) return;
  const [column, id] =
    'refundId' in cases
      ? ['refund_id', cases.refundId]
      : 'paymentId' in cases
        ? ['payment_id', cases.paymentId]
        : 'callbackId' in cases
          ? ['callback_id', cases.callbackId]
          : 'orderId' in cases
            ? ['order_id', cases.orderId]
            : 'orderIds' in cases
              ? ['order_id', cases.orderIds]
              : ['dedup_key', cases.dedupKey];
  const keyStart = 'orderIds' in cases ? cases.keyStart : undefined;
  const raised = tx.events.flatMap(({ type, data }) =>
    type === 'exception.raised' && 'exceptionId' in data ? [String(data.exceptionId)] : [],
  );
  const closed = await tx.em.execute<{ public_id: string; kind: ExceptionKind; order_number: string | null }[]>(
    `update exceptions e
        set status = 'resolved', resolved_at = ?, resolved_by = 'system', resolved_action = 'acknowledge',
            resolved_reason = ?, resolved_reason_en = ?
      where e.status = 'open' and e.${column} in (?) and e.kind in (?) ${keyStart === undefined ? '' : 'and starts_with(e.dedup_key, ?)'}
        ${raised.length > 0 ? 'and e.public_id not in (?)' : ''}
      returning e.public_id, e.kind, (select o.order_number from orders o where o.id = e.order_id) as order_number`,
    [
      at,
      why.zh,
      why.en,
      id,
      cases.kinds,
      ...(keyStart === undefined ? [] : [keyStart]),
      ...(raised.length > 0 ? [raised] : []),
    ],
  );
  for (const { public_id, kind, order_number } of closed)
    recordResolution(tx, {
      exceptionId: public_id,
      kind,
      orderNumber: order_number,
      by: 'system',
      action: 'acknowledge',
      reason: why,
      at,
    });
}
