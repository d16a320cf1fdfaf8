import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { OrderOccurrence } from '@orderbridge/contracts/orders-api';
import type { StaffException } from '../exceptions/exception.entity.ts';
import type { Payment } from '../payments/payment.entity.ts';
import { maskOptional, maskText } from './mask.ts';
import type { Order } from './order.entity.ts';

type Subjects = {
  readonly order: Order;
  readonly payments: readonly Payment[];
  readonly exceptions: readonly StaffException[];
};

/** What happened around an order beside the moves of its timeline, personal data masked; oldest first. */
export async function readOccurrences(em: SqlEntityManager, subjects: Subjects): Promise<OrderOccurrence[]> {
  const { order, payments, exceptions } = subjects;
  const audit = await readAudit(em, subjects);
  const openedBy = new Map(
    audit.filter(({ action }) => action === 'payment_created').map((row) => [row.resource_id, row.actor]),
  );
  const occurrences: OrderOccurrence[] = [
    {
      kind: 'order_placed',
      id: `placed-${order.orderNumber}`,
      at: order.createdAt.toISOString(),
      by: audit.find(({ action }) => action === 'order_created')?.actor ?? null,
    },
    ...payments.map(({ publicId, method, amountFen, createdAt }) => ({
      kind: 'payment_opened' as const,
      id: `opened-${publicId}`,
      at: createdAt.toISOString(),
      by: openedBy.get(publicId) ?? null,
      paymentId: publicId,
      method,
      amountFen,
    })),
    ...audit
      .filter(({ action }) => action === 'personal_data_revealed')
      .map(({ id, at, actor, detail }) => ({
        kind: 'personal_data_revealed' as const,
        id: `revealed-${id}`,
        at: new Date(at).toISOString(),
        by: actor,
        purpose: maskOptional(detail.purpose, order),
      })),
    ...(await readReplays(em, order)),
    ...exceptions.flatMap((exception) => casesOf(exception, order)),
  ];
  return occurrences.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

type AuditRow = {
  id: string;
  at: string;
  actor: string;
  action: string;
  resource_id: string;
  detail: { purpose?: string };
};

const readAudit = (em: SqlEntityManager, { order, payments }: Subjects): Promise<AuditRow[]> =>
  em.execute<AuditRow[]>(
    `select id, at, actor, action, resource_id, detail from audit_entries
      where resource_type = 'order' and resource_id = ? and action in ('order_created', 'personal_data_revealed')
      union all
     select id, at, actor, action, resource_id, detail from audit_entries
      where resource_type = 'payment' and resource_id = any(string_to_array(?, ',')) and action = 'payment_created'
      order by id`,
    [order.orderNumber, payments.map(({ publicId }) => publicId).join(',')],
  );

type ReplayRow = {
  id: string;
  at: string;
  by: string;
  outcome: CallbackOutcomeName;
  reason: string | null;
  callback_id: string;
};

/** Replays that moved nothing: the others are told by what they moved. */
async function readReplays(em: SqlEntityManager, order: Order): Promise<OrderOccurrence[]> {
  const rows = await em.execute<ReplayRow[]>(
    `select r.id, r.at, r.by, r.outcome, r.reason, c.public_id as callback_id
       from callbacks c join callback_replays r on r.callback_id = c.id
      where c.order_id = ?
        and not exists (select 1 from state_changes s where s.order_id = ? and s.callback_id = c.public_id and s.at = r.at)
      order by r.id`,
    [order.id, order.id],
  );
  return rows.map(({ id, at, by, outcome, reason, callback_id }) => ({
    kind: 'callback_replayed',
    id: `replay-${id}`,
    at: new Date(at).toISOString(),
    by,
    callbackId: callback_id,
    outcome,
    reason: maskOptional(reason, order),
  }));
}

function casesOf(exception: StaffException, order: Order): OrderOccurrence[] {
  const { publicId: caseId, kind: caseKind, createdAt, resolvedAt, resolvedBy, resolvedAction } = exception;
  return [
    {
      kind: 'case_raised',
      id: `raised-${caseId}`,
      at: createdAt.toISOString(),
      by: null,
      caseId,
      caseKind,
      detail: maskText(exception.detail, order),
      detailEn: maskText(exception.detailEn, order),
    },
    ...(resolvedAt
      ? [
          {
            kind: 'case_resolved' as const,
            id: `resolved-${caseId}`,
            at: resolvedAt.toISOString(),
            by: resolvedBy ?? null,
            caseId,
            caseKind,
            action: resolvedAction ?? null,
            reason: maskOptional(exception.resolvedReason, order),
            reasonEn: maskOptional(exception.resolvedReasonEn ?? exception.resolvedReason, order),
          },
        ]
      : []),
  ];
}
