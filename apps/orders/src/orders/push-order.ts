import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { SupplierRefusal } from '@orderbridge/contracts/supplier-events';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { type AwaitContext, awaitPlatform, type Heard, platformSaid, withSaid } from './await-platform.ts';
import { getOrder } from './get-order.ts';
import { readPushOrders } from './read-push-orders.ts';
import { requestPush } from './request-push.ts';

/**
 * Pushes a paid order of Haier goods, or one again that failed (R1-R22). The wish is committed first; then the answer
 * is waited for, so that a person mostly sees the outcome at once (rulings.md "Push answer"). As a part of another verb
 * it waits for nothing: nobody is called before that one commits.
 * @throws NotFound; Refused: INVALID_ORDER_STATUS, REFUSED or BAD_INPUT when nothing was asked for, SUPPLIER_… when the
 *   push was refused, which the order keeps
 */
export async function pushOrder(
  context: ActContext & AwaitContext,
  { orderNumber }: z.output<typeof orderApi.push.input>,
): Promise<z.input<typeof orderApi.push.output>> {
  let round = 0;
  await actOnOrder(context, orderNumber, async (tx, { order }, cause) => {
    const data = (await readPushOrders(tx.em, [orderNumber])).get(orderNumber)!;
    await requestPush(tx, order, data, cause);
    round = order.haierRound;
  });
  const { orm, now, by, permissions, twoPersonFromFen, within } = context;
  if (within) {
    const put = await getOrder(within.em, orderNumber, { now: now(), by, permissions, twoPersonFromFen });
    return { ...put, message: SUBMITTED.zh, messageEn: SUBMITTED.en };
  }
  const heard = await awaitPlatform(context, { orderNumber, round, kind: 'push' });
  const order = await getOrder(orm.em.fork(), orderNumber, { now: now(), by, permissions, twoPersonFromFen });
  refuseFailed(order, heard);
  const { zh, en } = order.haierStatus === 'confirmed' ? (platformSaid(order) ?? CONFIRMED) : SUBMITTED;
  return { ...order, message: zh, messageEn: en };
}

/** The texts of R13-R15 with the upstream's own behind them. */
function refuseFailed(order: OrderView, heard: Heard): void {
  if (order.haierStatus !== 'failed') return;
  const why = heard.outcome === 'refused' ? heard.why : 'upstream';
  const said = platformSaid(order);
  // R15 has a colon of its own.
  const text: Text =
    why === 'unexpected'
      ? { zh: `推送失败: ${said?.zh ?? '未知错误'}`, en: `The push failed: ${said?.en ?? 'for an unknown reason'}` }
      : withSaid(why === 'authentication' ? NO_ACCESS : NOT_PUSHED, said);
  throw new Refused(CODES[why], text.zh, text.en);
}

const CODES: Readonly<Record<SupplierRefusal, ErrorCode>> = {
  not_configured: 'SUPPLIER_NOT_CONFIGURED',
  authentication: 'SUPPLIER_AUTH_FAILED',
  upstream: 'SUPPLIER_API_ERROR',
  gave_up: 'SUPPLIER_API_ERROR',
  unexpected: 'SUPPLIER_API_ERROR',
};

const NO_ACCESS: Text = { zh: '易理货系统认证失败', en: 'YLH did not let us in' };
const NOT_PUSHED: Text = { zh: '推送订单失败', en: 'The order could not be pushed' };
const SUBMITTED: Text = {
  zh: '订单已提交，等待回调确认',
  en: 'The order was submitted; its confirmation comes by callback',
};
const CONFIRMED: Text = { zh: '订单推送成功', en: 'The order was pushed and confirmed' };
