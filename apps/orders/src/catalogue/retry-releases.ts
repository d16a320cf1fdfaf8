import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { lockOrder } from '../orders/lock-orders.ts';
import { Refused } from '../errors.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { releaseHeld } from './release-held-stock.ts';

const PAGE = 100;

/**
 * Tries again to give back stock that cancelled and refunded orders still hold, order by order, and closes their cases
 * once it is back. Every release that failed left a case, so the cases name all there is to do, also those that a
 * person has closed. Answers how many orders were freed and how many still hold theirs.
 */
export async function retryReleases(
  context: TransactContext & { readonly now: () => Date },
  stopping?: AbortSignal,
): Promise<{ freed: number; held: number }> {
  const result = { freed: 0, held: 0 };
  for (let after = '0'; ;) {
    const waiting = await context.orm.em.fork().execute<{ id: string; order_number: string }[]>(
      `select e.id, o.order_number from exceptions e join orders o on o.id = e.order_id
        where e.kind = 'stock_release_failed' and e.id > ? and o.status in ('cancelled', 'refunded')
          and (e.status = 'open' or exists (select 1 from order_lines l where l.order_id = o.id and l.held_qty > 0))
        order by e.id limit ?`,
      [after, PAGE],
    );
    for (const { order_number } of waiting) {
      if (stopping?.aborted) return result;
      result[(await retryRelease(context, order_number)) ? 'freed' : 'held'] += 1;
    }
    if (waiting.length < PAGE) return result;
    after = waiting.at(-1)!.id;
  }
}

async function retryRelease(
  context: TransactContext & { readonly now: () => Date },
  orderNumber: string,
): Promise<boolean> {
  try {
    await transact(context, async (tx) => {
      const locked = await lockOrder(tx, orderNumber);
      if (!locked) return;
      const at = context.now();
      await releaseHeld(tx, locked, { by: 'system', at });
      await closeExceptions(
        tx,
        { orderId: locked.order.id, kinds: ['stock_release_failed'] },
        { zh: '库存已释放', en: 'The stock was given back' },
        at,
      );
    });
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}
