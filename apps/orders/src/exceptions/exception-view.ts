import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { maskOptional, maskText, type PersonalData } from '../orders/mask.ts';
import { Order, OrderLine } from '../orders/order.entity.ts';
import { Payment } from '../payments/payment.entity.ts';
import { readAskers } from '../payments/read-askers.ts';
import { Refund } from '../payments/refund.entity.ts';
import { actionsOf, type CaseActor, type CaseSubjects } from './exception-actions.ts';
import type { StaffException } from './exception.entity.ts';

/** Who looks at a case, and when. */
export type Viewer = CaseActor & { readonly now: Date };

/** Cases as the API shows them, in the order given: with age, owner, and what this viewer may do about each. */
export async function exceptionItems(
  em: SqlEntityManager,
  cases: readonly StaffException[],
  { now, ...actor }: Viewer,
): Promise<ExceptionItem[]> {
  const subjects = await subjectsOf(em, cases);
  return cases.map((entry, index) => {
    const until = entry.resolvedAt ?? now;
    return {
      id: entry.publicId,
      kind: entry.kind,
      status: entry.status,
      orderNumber: subjects[index]!.orderNumber,
      callbackId: entry.callbackId ?? null,
      paymentId: entry.paymentId ?? null,
      refundId: entry.refundId ?? null,
      detail: maskText(entry.detail, subjects[index]!.person),
      detailEn: maskText(entry.detailEn, subjects[index]!.person),
      createdAt: entry.createdAt.toISOString(),
      // How long it has been waiting, or had waited when it was resolved.
      ageSeconds: Math.max(0, Math.floor((until.getTime() - entry.createdAt.getTime()) / 1000)),
      owner: entry.owner ?? null,
      resolvedAt: entry.resolvedAt?.toISOString() ?? null,
      resolvedBy: entry.resolvedBy ?? null,
      resolvedAction: entry.resolvedAction ?? null,
      resolvedReason: maskOptional(entry.resolvedReason),
      resolvedReasonEn: maskOptional(entry.resolvedReasonEn),
      actions: actionsOf(subjects[index]!, actor),
    };
  });
}

/** What the rules of exception-actions.ts look at, for each case in the order given: a handful of queries for all. */
export async function subjectsOf(
  em: SqlEntityManager,
  cases: readonly StaffException[],
): Promise<(CaseSubjects & { orderNumber: string | null; person: PersonalData | undefined })[]> {
  const orderIds = [...new Set(cases.flatMap(({ orderId }) => orderId ?? []))];
  const callbackIds = [...new Set(cases.flatMap(({ callbackId }) => callbackId ?? []))];
  const ofOrders = { orderId: { $in: orderIds } };
  const orders = new Map((await em.find(Order, { id: { $in: orderIds } })).map((order) => [order.id, order]));
  const payments = Map.groupBy(await em.find(Payment, ofOrders), ({ orderId }) => orderId);
  const allRefunds = await em.find(Refund, ofOrders);
  const refunds = Map.groupBy(allRefunds, ({ orderId }) => orderId);
  const askersOf = await readAskers(em, allRefunds);
  const holding = new Set(
    (await em.find(OrderLine, { ...ofOrders, heldQty: { $gt: 0 } })).map(({ orderId }) => orderId),
  );
  const outcomes = new Map(
    callbackIds.length === 0
      ? []
      : (
          await em.execute<{ public_id: string; outcome: CallbackOutcomeName }[]>(
            `select public_id, outcome from callbacks where public_id in (?)`,
            [callbackIds],
          )
        ).map((row): [string, CallbackOutcomeName] => [row.public_id, row.outcome]),
  );
  return cases.map(({ kind, status, resolvedBy, orderId, callbackId, refundId }) => {
    const order = orderId ? orders.get(orderId) : undefined;
    const ofOrder = order ? (refunds.get(order.id) ?? []) : [];
    const refund = ofOrder.find(({ publicId }) => publicId === refundId);
    const outcome = callbackId ? outcomes.get(callbackId) : undefined;
    return {
      kind,
      status,
      resolvedBy: resolvedBy ?? null,
      orderNumber: order?.orderNumber ?? null,
      person: order,
      callback: callbackId && outcome ? { id: callbackId, outcome } : undefined,
      refund,
      refundAskers: refund ? askersOf(refund) : [],
      acted: order && { order, payments: payments.get(order.id) ?? [], refunds: ofOrder },
      holdsStock: order !== undefined && holding.has(order.id),
    };
  });
}
