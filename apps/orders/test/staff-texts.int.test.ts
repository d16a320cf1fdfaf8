import { randomUUID } from 'node:crypto';
import { ORDER_ACTIONS } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getCallback } from '../src/callbacks/callback-view.ts';
import { keepRefused } from '../src/callbacks/keep-refused.ts';
import { listCallbacks } from '../src/callbacks/list-callbacks.ts';
import { matchOrphans } from '../src/callbacks/match-orphans.ts';
import { countFailure } from '../src/callbacks/park-callback.ts';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { haierCallback, ordersOnDatabase } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const callback = (id: string) => getCallback(app.orm.em.fork(), id);
const APPLIED = { detail: '海尔状态 未推送 → 已推送', detailEn: 'Haier status not pushed → confirmed' };

test('an exception and its callback carry both texts', async () => {
  const { orderNumber } = await app.paidOrder();
  const late = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true });
  await app.deliver(late);
  const texts = {
    detail: '签名有效但时间超出窗口，未应用；核实后可重放',
    detailEn: 'The signature is valid, but the time is outside the window; not applied. Verify it, then replay it',
  };
  expect((await app.order(orderNumber)).exceptions).toMatchObject([{ kind: 'late_callback', ...texts }]);
  expect(await callback(late.id)).toMatchObject({ outcome: 'late', ...texts });
  expect((await listCallbacks(app.orm.em.fork(), { orderNumber, outcome: 'late', limit: 10 })).items).toMatchObject([
    texts,
  ]);
});

test('a replay writes both texts anew, and one of an applied callback leaves both', async () => {
  const { orderNumber } = await app.paidOrder();
  const late = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true });
  await app.deliver(late);
  const replay = () => replayCallback(app.context, { id: late.id, reason: '已与海尔核实' });
  expect(await replay()).toMatchObject({ outcome: 'applied', ...APPLIED });
  expect(await replay()).toMatchObject({ outcome: 'applied', replays: 2, ...APPLIED });
});

test('an orphan that found its order has both texts of what it did then', async () => {
  const orphan = haierCallback({ PlatformOrderNo: '1999999999000003', State: 1 });
  await app.deliver(orphan);
  expect(await callback(orphan.id)).toMatchObject({
    detail: '找不到对应的订单',
    detailEn: 'No matching order was found',
  });
  const { orderNumber } = await app.paidOrder();
  await app.rows(`update orders set order_number = '1999999999000003' where order_number = ?`, [orderNumber]);
  expect(await matchOrphans(app.context)).toBe(1);
  expect(await callback(orphan.id)).toMatchObject({ outcome: 'applied', ...APPLIED });
});

test('a parked callback says its cause in both', async () => {
  const poison = haierCallback({ PlatformOrderNo: 'poison', State: 1 });
  for (let n = 0; n < 8; n += 1) await countFailure(app.context, poison, new Error('boom'));
  const texts = { detail: '处理失败，已搁置：boom', detailEn: 'Processing failed, the callback is parked: boom' };
  expect(await callback(poison.id)).toMatchObject({ outcome: 'parked', ...texts });
  expect(
    await app.rows(`select detail, detail_en as "detailEn" from exceptions where callback_id = ?`, [poison.id]),
  ).toEqual([texts]);
});

test.each([
  ['bad_signature', '拒绝：签名不正确', 'Refused: the signature is wrong'],
  ['a_newer_reason', '拒绝：a_newer_reason', 'Refused: a_newer_reason'],
])('a request refused for %s says so in both', async (reason, detail, detailEn) => {
  const id = randomUUID();
  await keepRefused(app.orm, [
    {
      id,
      provider: 'haier',
      reason,
      receivedAt: app.now.toISOString(),
      source: '127.0.0.1',
      path: '/test',
      contentType: '',
      bodyBase64: '',
    },
  ]);
  expect(await callback(id)).toMatchObject({ outcome: 'refused', detail, detailEn });
});

test('an action that is not allowed says why in both', async () => {
  const { orderNumber } = await app.place();
  const { allowedActions } = await app.order(orderNumber);
  expect(allowedActions.map(({ action }) => action)).toEqual([...ORDER_ACTIONS]);
  expect([allowedActions[0], allowedActions.at(-1)]).toEqual([
    {
      action: 'openPayment',
      allowed: false,
      reason: '没有发起支付的权限',
      reasonEn: 'You are not allowed to open payments',
    },
    {
      action: 'replayCallback',
      allowed: false,
      reason: '没有重放回调的权限',
      reasonEn: 'You are not allowed to replay callbacks',
    },
  ]);
});
