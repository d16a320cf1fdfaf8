import { isLockConflict, sqlStateOf } from '@orderbridge/service-kit/database/errors';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { ReleasedStock, Tx } from '../transaction.ts';
import { recordStockChange } from './record-stock-change.ts';

/** A shelf that is held longer than this is somebody's trouble; the cancel or refund does not wait for it. */
const LOCK_TIMEOUT_MS = 3_000;

/**
 * Puts back what the moves of this transaction released. What cannot be put back (a row held too long, a stock beyond
 * its limit) does not undo the cancel or refund: those lines go on holding it, a case `stock_release_failed` is raised
 * and retry-releases.ts tries again. Products are locked by id, after orders and payments, so that two transactions
 * cannot lock crosswise; `alsoLocked` are products that the transaction changes besides. Answers the ids of the orders
 * whose stock stayed with them.
 */
export async function giveBackStock(tx: Tx, alsoLocked: readonly number[] = []): Promise<ReadonlySet<number>> {
  const released = tx.released.splice(0);
  const failed = new Set<number>();
  if (released.length === 0) return failed;
  if (!(await attempt(tx, () => putBack(tx, released, alsoLocked, 'wait')))) return failed;

  // One order's trouble is not the others': each alone, and none waits a second time for what could not be had.
  for (const ofOrder of Map.groupBy(released, (entry) => entry.order.id).values()) {
    const problem = await attempt(tx, () => putBack(tx, ofOrder, [], 'nowait'));
    if (!problem) continue;
    failed.add(ofOrder[0]!.order.id);
    await raiseReleaseFailed(tx, ofOrder, problem.error);
  }
  return failed;
}

/**
 * Runs a part of the transaction that may fail without taking the rest with it. Answers what went wrong.
 * @throws what makes the whole transaction begin anew, or cannot be taken back because the connection is gone
 */
async function attempt({ em }: Tx, work: () => Promise<void>): Promise<{ error: unknown } | undefined> {
  await em.execute('savepoint give_back_stock', [], 'run');
  try {
    await work();
  } catch (error) {
    if (isLockConflict(error)) throw error;
    await em.execute('rollback to savepoint give_back_stock', [], 'run');
    return { error };
  }
  await em.execute('release savepoint give_back_stock', [], 'run');
}

async function putBack(
  tx: Tx,
  released: readonly ReleasedStock[],
  alsoLocked: readonly number[],
  patience: 'wait' | 'nowait',
): Promise<void> {
  const shelves = [...released.map((entry) => entry.product_id), ...alsoLocked];
  if (patience === 'wait') await tx.em.execute(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`, [], 'run');
  await tx.em.execute(
    `select id from products where id in (?) order by id for no key update ${patience === 'nowait' ? 'nowait' : ''}`,
    [shelves],
  );
  // A line gives back what it holds, once: it was read under the order's lock, and what it says by now is what counts.
  const lines = await tx.em.execute<{ line_id: string }[]>(
    `with freed as (
       update order_lines l set held_qty = 0
         from json_to_recordset(?::json) as r(line_id bigint, product_id bigint, quantity integer)
        where l.id = r.line_id and l.held_qty = r.quantity
       returning l.id as line_id, r.product_id, r.quantity
     ), shelved as (
       update products p set stock = p.stock + f.quantity
         from (select product_id, sum(quantity)::int as quantity from freed group by product_id) f
        where p.id = f.product_id
     )
     select line_id from freed`,
    [JSON.stringify(released.map(({ line_id, product_id, quantity }) => ({ line_id, product_id, quantity })))],
  );
  const freed = new Set(lines.map((line) => Number(line.line_id)));
  for (const entry of released) {
    if (!freed.has(entry.line_id)) continue;
    recordStockChange(
      tx,
      {
        product: { id: entry.product_id, productCode: entry.product_code },
        order: entry.order,
        change: 'release',
        quantity: entry.quantity,
        reason: entry.reason,
      },
      entry,
    );
  }
}

async function raiseReleaseFailed(tx: Tx, released: readonly ReleasedStock[], error: unknown): Promise<void> {
  const { order, at } = released[0]!;
  const goods = released.map((entry) => `${entry.product_code} × ${entry.quantity}`).join(', ');
  const code = sqlStateOf(error) ?? '-';
  await raiseException(tx, {
    kind: 'stock_release_failed',
    order,
    dedupKey: `stock_release_failed:${order.id}`,
    detail: {
      zh: `订单占用的库存未能释放（${goods}），系统会自动重试；长时间未恢复请检查商品库存（数据库错误码 ${code}）`,
      en: `The stock that the order holds could not be given back (${goods}); it is tried again by itself. If that lasts, look at the product's stock (database error ${code})`,
    },
    at,
  });
}
