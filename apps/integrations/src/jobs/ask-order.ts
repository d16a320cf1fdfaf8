import { internalCalls, type PushOrder } from '@orderbridge/contracts/internal-calls';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { call, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import { NotServed } from '../errors.ts';

const ASK_TIMEOUT_MS = 5_000;

/**
 * What orders has of an order now, for a person who waits; null when there is none.
 * @throws NotServed when orders does not answer
 */
export async function askOrder(
  { connection }: Pick<JetStream, 'connection'>,
  orderNumber: string,
): Promise<PushOrder | null> {
  try {
    return await call(connection, internalCalls.pushOrder, { orderNumber }, ASK_TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof CallUnavailable)) throw error;
    throw new NotServed(
      'UNAVAILABLE',
      '订单服务暂时不可用，请稍后重试',
      'The orders service is not available right now; try again shortly',
    );
  }
}
