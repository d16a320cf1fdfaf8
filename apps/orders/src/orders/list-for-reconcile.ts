import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { internalCalls, ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import type { z } from 'zod';

type Row = {
  id: string;
  order_number: string;
  status: string;
  haier_status: string;
  haier_round: number;
  haier_order_no: string | null;
  has_haier_lines: boolean;
  paid_at: string | null;
  updated_at: string;
  payments: { id: string; method: string; status: string; amountFen: number; paidAt: string | null }[] | null;
  refunds: ReconcileOrder['refunds'] | null;
};

/**
 * Orders that a reconciliation compares with the platform and with their payments, oldest first: all but those that
 * wait for a payment that nobody opened. Without personal data.
 */
export async function listForReconcile(
  em: SqlEntityManager,
  { orderNumber, after, limit, countUpTo }: z.output<typeof internalCalls.reconcileOrders.request>,
): Promise<z.input<typeof internalCalls.reconcileOrders.reply>> {
  const rows = await em.execute<Row[]>(
    `select o.id, o.order_number, o.status, o.haier_status, o.haier_round, o.haier_order_no, o.haier_line_count > 0 as has_haier_lines,
            o.paid_at,
            greatest(o.created_at, (select max(c.at) from state_changes c where c.order_id = o.id)) as updated_at,
            (select json_agg(json_build_object('id', p.public_id, 'method', p.method, 'status', p.status,
                     'amountFen', p.amount_fen, 'paidAt', p.paid_at) order by p.id)
               from payments p where p.order_id = o.id) as payments,
            (select json_agg(json_build_object('status', r.status, 'amountFen', r.amount_fen) order by r.id)
               from refunds r where r.order_id = o.id) as refunds
       from orders o
      where o.id > ? and ${LOOKED_AT}
      order by o.id limit ?`,
    [positionOf(after), orderNumber ?? null, orderNumber ?? null, limit],
  );
  const total =
    countUpTo === undefined
      ? undefined
      : await em.execute<{ total: number }[]>(
          `select count(*)::int as total from (select 1 from orders o where ${LOOKED_AT} limit ?) counted`,
          [orderNumber ?? null, orderNumber ?? null, countUpTo],
        );
  return {
    orders: rows.map(reconcileOrder),
    next: rows.length < limit ? null : rows.at(-1)!.id,
    ...(total && { total: total[0]!.total }),
  };
}

const LOOKED_AT = `(?::text is null or o.order_number = ?)
        and (o.status <> 'pending' or o.haier_status <> 'none' or exists (select 1 from payments p where p.order_id = o.id))`;

/** What is no position of ours starts from the beginning. */
const positionOf = (after: string | null): string => (after && /^\d{1,18}$/.test(after) ? after : '0');

const reconcileOrder = (row: Row): ReconcileOrder => ({
  orderNumber: row.order_number,
  status: row.status,
  haierStatus: row.haier_status,
  round: row.haier_round,
  haierOrderNo: row.haier_order_no,
  hasHaierLines: row.has_haier_lines,
  paidAt: instant(row.paid_at),
  updatedAt: instant(row.updated_at)!,
  payments: (row.payments ?? []).map(({ paidAt, ...payment }) => ({ ...payment, paidAt: instant(paidAt) })),
  refunds: row.refunds ?? [],
});

const instant = (text: string | null): string | null => text && new Date(text).toISOString();
