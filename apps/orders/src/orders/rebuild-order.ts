import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderRebuild } from '@orderbridge/contracts/orders-api';
import type { CallbackKeys } from '../callbacks/callback-keys.ts';
import { rehearse, type TransactContext } from '../transaction.ts';
import { orderNotFound } from './get-order.ts';
import { readHistory } from './read-history.ts';
import { runHistory } from './run-history.ts';

/**
 * Computes an order anew from its inbox and its own recorded history, and names every field in which the stored one
 * differs (features.md row 62). The order is put back to how it was placed and lives its life again, in a transaction
 * that is taken back: nothing is written, nobody is told.
 * @throws NotFound
 */
export function rebuildOrder(
  context: Pick<TransactContext, 'orm'> & { readonly callbackKeys: CallbackKeys },
  { orderNumber }: { orderNumber: string },
): Promise<OrderRebuild> {
  return rehearse(context, async (tx) => {
    const { em } = tx;
    const [row] = await em.execute<{ id: string }[]>(`select id from orders where order_number = ? for update`, [
      orderNumber,
    ]);
    if (!row) throw orderNotFound(orderNumber);
    const id = Number(row.id);
    const stored = await pictureOf(em, id);
    const refundKeys = await refundKeysOf(em, id);
    const history = await readHistory(em, { id, orderNumber });
    for (const fact of history) if (fact.kind === 'refund_opened') refundKeys.set(fact.refund.id, fact.refund.key);

    const payments = await putBack(em, id);
    const facts = await runHistory(
      {
        tx,
        orderNumber,
        callbackKeys: context.callbackKeys,
        refundKeys,
        openPayment: (paymentId, amountFen) => openPayment(em, payments.get(paymentId), amountFen),
      },
      history,
    );
    const differences = compare(stored, await pictureOf(em, id));
    return { orderNumber, facts, matches: differences.length === 0, differences };
  });
}

/** An order's payments as their rows were, by public id. */
type PaymentRows = ReadonlyMap<string, object>;

/** Puts an order back to how it was placed: nothing paid, nothing told by Haier, neither payments nor refunds. */
async function putBack(em: SqlEntityManager, id: number): Promise<PaymentRows> {
  const rows = await em.execute<{ public_id: string; row: object }[]>(
    `select public_id, to_jsonb(p) as row from payments p where order_id = ?`,
    [id],
  );
  await em.execute(`delete from refunds where order_id = ?`, [id], 'run');
  await em.execute(`delete from payments where order_id = ?`, [id], 'run');
  await em.execute(
    `update order_lines set received_qty = 0, returned_qty = 0, rejected_qty = 0 where order_id = ?`,
    [id],
    'run',
  );
  await em.execute(
    `update orders set status = 'pending', haier_status = 'none', haier_round = 0, haier_order_no = null, haier_fail_message = null,
            haier_counted_at = null, payable_fen = total_fen, paid_at = null, cancelled_at = null
      where id = ?`,
    [id],
    'run',
  );
  return new Map(rows.map(({ public_id, row }) => [public_id, row]));
}

/** A payment as it was opened. One whose row is gone cannot be, and that shows in what follows from it. */
async function openPayment(em: SqlEntityManager, row: object | undefined, amountFen: number): Promise<void> {
  if (!row) return;
  const opened = { ...row, status: 'init', amount_fen: amountFen, transaction_id: null, paid_at: null };
  await em.execute(
    `insert into payments overriding system value select * from jsonb_populate_record(null::payments, ?::jsonb)`,
    [JSON.stringify(opened)],
    'run',
  );
}

async function refundKeysOf(em: SqlEntityManager, orderId: number): Promise<Map<string, string>> {
  const rows = await em.execute<{ public_id: string; idempotency_key: string }[]>(
    `select public_id, idempotency_key from refunds where order_id = ?`,
    [orderId],
  );
  return new Map(rows.map((row) => [row.public_id, row.idempotency_key]));
}

/** The values that a rebuild compares, by the name that a difference has. */
type Picture = ReadonlyMap<string, string>;

async function pictureOf(em: SqlEntityManager, id: number): Promise<Picture> {
  const rows = await em.execute<{ field: string; value: string | null }[]>(
    `select v.field, v.value from orders o, lateral (values
        ('status', o.status), ('haierStatus', o.haier_status), ('haierOrderNo', o.haier_order_no), ('payableFen', o.payable_fen::text)
      ) v(field, value) where o.id = ?
      union all
     select 'payment ' || p.public_id || ' ' || v.field, v.value from payments p, lateral (values
        ('status', p.status), ('amountFen', p.amount_fen::text), ('transactionId', p.transaction_id),
        ('paidAt', to_char(p.paid_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ) v(field, value) where p.order_id = ?
      union all
     select 'refund ' || r.idempotency_key || ' ' || v.field, v.value from refunds r, lateral (values
        ('status', r.status), ('amountFen', r.amount_fen::text), ('withdrawn', (r.withdrawn_at is not null)::text),
        ('approvalNeeded', r.approval_needed::text), ('approvedBy', r.approved_by)
      ) v(field, value) where r.order_id = ?
      union all
     select 'line ' || l.product_code || ' ' || v.field, v.value from order_lines l, lateral (values
        ('receivedQty', l.received_qty::text), ('returnedQty', l.returned_qty::text), ('rejectedQty', l.rejected_qty::text)
      ) v(field, value) where l.order_id = ?`,
    [id, id, id, id],
  );
  return new Map(rows.map(({ field, value }) => [field, value ?? '']));
}

/** What one has and the other has not is told as a difference too; its missing values are empty. */
const compare = (stored: Picture, rebuilt: Picture): OrderRebuild['differences'] =>
  [...new Set([...stored.keys(), ...rebuilt.keys()])].flatMap((field) => {
    const difference = { field, stored: stored.get(field) ?? '', rebuilt: rebuilt.get(field) ?? '' };
    return difference.stored === difference.rebuilt ? [] : [difference];
  });
