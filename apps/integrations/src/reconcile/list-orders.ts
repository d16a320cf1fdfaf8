import { internalCalls, type ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { call, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import type { z } from 'zod';
import { NotServed } from '../errors.ts';

type ReconcilePage = z.output<typeof internalCalls.reconcileOrders.reply>;

const PAGE = 200;
const ASK_TIMEOUT_MS = 10_000;

/**
 * Orders that a reconciliation looks at, page by page, or the one of that number; with the first page comes how many
 * there are, at most `limit`.
 * @throws NotServed when orders does not answer
 */
export async function* listOrders(
  { connection }: Pick<JetStream, 'connection'>,
  { orderNumber, limit }: { readonly orderNumber?: string | undefined; readonly limit: number },
): AsyncGenerator<{ readonly orders: readonly ReconcileOrder[]; readonly total: number | null }, void, void> {
  let after: string | null = null;
  for (let left = limit; left > 0;) {
    const page: ReconcilePage = await call(
      connection,
      internalCalls.reconcileOrders,
      {
        ...(orderNumber !== undefined && { orderNumber }),
        after,
        limit: Math.min(PAGE, left),
        ...(after === null && { countUpTo: limit }),
      },
      ASK_TIMEOUT_MS,
    ).catch((error: unknown) => {
      throw error instanceof CallUnavailable ? ordersAway() : error;
    });
    yield { orders: page.orders, total: page.total ?? null };
    left -= page.orders.length;
    if (page.next === null || page.orders.length === 0) return;
    after = page.next;
  }
}

const ordersAway = () =>
  new NotServed(
    'UNAVAILABLE',
    '订单服务暂时不可用，请稍后重试',
    'The orders service is not available right now; try again shortly',
  );
