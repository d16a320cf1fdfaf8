import { setTimeout as delay } from 'node:timers/promises';
import golden from '@orderbridge/contracts/fixtures/haier/golden-vectors.json' with { type: 'json' };
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forEachOf, isSuccess, post, startSystem, type System } from './_system.ts';

let system: System;
beforeAll(async () => {
  // The golden vectors are a year old and signed with their own key and secret.
  system = await startSystem({
    HAIER_CALLBACK_APP_KEY: golden.vectors[0]!.fields.AppKey,
    HAIER_CALLBACK_SECRET: golden.secret,
    CALLBACK_FAILURES_PER_MINUTE: '10000',
  });
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function paidOrder() {
  const { orderNumber } = await system.place();
  const payment = await system.openPayment(orderNumber);
  expect(await post(system.paymentCallback(payment))).toMatchObject({
    status: 200,
    body: { status: 'succeeded', order: orderNumber },
  });
  return orderNumber;
}
const stateOf = async (orderNumber: string) =>
  (
    await system.rows<{ status: string; haier_status: string; haier_order_no: string | null }>(
      `select status, haier_status, haier_order_no from orders where order_number = $1`,
      [orderNumber],
    )
  )[0];

test('a payment callback pays the order, a Haier callback confirms it, on every address', async () => {
  const paths = [
    '/api/v1/haier/callback/',
    '/api/orders/haier_callback',
    '/api/v1/orders/haier_callback/',
    '/api/haier/ylh/callback',
    '/api/integrations/ylh/callback/',
  ];
  for (const path of paths) {
    const orderNumber = await paidOrder();
    const { body } = system.haierCallback(orderNumber);
    expect(await post({ url: `${system.urls.gateway}${path}`, body })).toEqual({
      status: 200,
      body: {
        success: true,
        code: 'success',
        description: '成功',
        timeStamp: expect.stringMatching(/^\d{14}$/),
        data: { statusCode: '200', message: '成功', platformOrderNo: orderNumber },
      },
    });
    expect(await stateOf(orderNumber)).toEqual({
      status: 'paid',
      haier_status: 'confirmed',
      haier_order_no: `SO.${orderNumber}`,
    });
  }
});

test('50 orders × 20 simultaneous copies: 50 effects, identical answers', async () => {
  const orders = await Promise.all(Array.from({ length: 50 }, paidOrder));
  const copies = orders.flatMap((orderNumber) => {
    const callback = system.haierCallback(orderNumber);
    return Array.from({ length: 20 }, () => ({ orderNumber, callback }));
  });
  const answers = await Promise.all(
    copies.map(async ({ orderNumber, callback }) => ({ orderNumber, answer: await post(callback) })),
  );
  for (const same of Map.groupBy(answers, ({ orderNumber }) => orderNumber).values()) {
    expect(same).toHaveLength(20);
    expect(same.every(({ answer }) => isSuccess(answer))).toBe(true);
    expect(new Set(same.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
  }
  const effects = await system.rows(
    `select 1 from state_changes s join orders o on o.id = s.order_id where o.order_number = any($1) and s.machine = 'haier'`,
    [orders],
  );
  expect(effects).toHaveLength(50);
});

test('200 orders × 50 simultaneous copies of a payment success: 200 payments, 200 history rows, same answers (P2)', async () => {
  const numbers: string[] = [];
  const copies: { orderNumber: string; callback: ReturnType<System['paymentCallback']> }[] = [];
  await forEachOf(Array.from({ length: 200 }), 20, async () => {
    const { orderNumber } = await system.place();
    const callback = system.paymentCallback(await system.openPayment(orderNumber));
    numbers.push(orderNumber);
    copies.push(...Array.from({ length: 50 }, () => ({ orderNumber, callback })));
  });
  const answers = new Map(numbers.map((orderNumber) => [orderNumber, new Set<string>()]));
  await forEachOf(copies, 250, async ({ orderNumber, callback }) => {
    const answer = await post(callback);
    expect(answer.status).toBe(200);
    answers.get(orderNumber)!.add(JSON.stringify(answer.body));
  });

  expect([...answers.values()].filter((different) => different.size !== 1)).toEqual([]);
  const [counts] = await system.rows<{ succeeded: number; history: number; paid: number }>(
    `select (select count(*)::int from payments p where p.order_id = any(o.ids) and p.status = 'succeeded') as succeeded,
            (select count(*)::int from state_changes s
              where s.order_id = any(o.ids) and s.machine = 'order' and s.to_state = 'paid') as history,
            (select count(*)::int from orders where id = any(o.ids) and status = 'paid') as paid
       from (select array_agg(id) as ids from orders where order_number = any($1)) o`,
    [numbers],
  );
  expect(counts).toEqual({ succeeded: 200, history: 200, paid: 200 });
});

describe('golden vectors over the wire', () => {
  const url = () => `${system.urls.gateway}/api/v1/haier/callback/`;
  const form = (fields: Record<string, string | undefined>, sign: string) =>
    new URLSearchParams({ ...(fields as Record<string, string>), Sign: sign }).toString();

  test.each(golden.vectors.filter(({ fields }) => fields.AppKey === golden.vectors[0]!.fields.AppKey))(
    '$name is genuine, though too old',
    async ({ fields, sign }) => {
      expect((await post({ url: url(), body: form(fields, sign) })).body).toMatchObject({
        success: false,
        description: '请求已过期',
      });
    },
  );
  test.each(golden.vectors)('$name in lower case is refused', async ({ fields, sign }) => {
    expect((await post({ url: url(), body: form(fields, sign.toLowerCase()) })).body).toMatchObject({
      success: false,
      description: '签名验证失败',
    });
  });
  test.each(golden.fourFieldAlgorithm)('the four-field value of $vector is refused', async ({ vector, sign }) => {
    const { fields } = golden.vectors.find((entry) => entry.name === vector)!;
    expect((await post({ url: url(), body: form(fields, sign) })).body).toMatchObject({
      success: false,
      description: '签名验证失败',
    });
  });
});

test.each([
  ['an unknown order', { PlatformOrderNo: '1' }, {}, '订单不存在', 'order_not_found'],
  [
    'an unknown order by the seeds’ method',
    { PlatformOrderNo: '1' },
    { method: 'OrderStatusChange' },
    '订单不存在',
    'error',
  ],
  ['an unknown method', {}, { method: 'hmm.scm_heorder.other' }, '未知的回调方法: hmm.scm_heorder.other', 'error'],
  ['a bad State', { State: 7 }, {}, '数据格式错误', 'error'],
  ['a time stamp of ten minutes ago', {}, { at: new Date(Date.now() - 600_000) }, '请求已过期', 'error'],
])('%s is answered in the platform’s words', async (_name, data, options, description, code) => {
  const orderNumber = await paidOrder();
  expect(await post(system.haierCallback(orderNumber, data, options))).toMatchObject({
    status: 200,
    body: { success: false, code, description, data: {} },
  });
  expect(await stateOf(orderNumber)).toMatchObject({ haier_status: 'none' });
});

test('order events reach the subscriber in integrations, in order and once', async () => {
  const orderNumber = await paidOrder();
  await post(system.haierCallback(orderNumber));
  const types = await receivedTypes(orderNumber);
  expect(types).toEqual(['order.placed', 'payment.opened', 'payment.moved', 'order.moved', 'haier.moved']);
});

/** As staff see them: the role of orders may not read the other schema. */
async function receivedTypes(orderNumber: string): Promise<string[]> {
  const { ADMIN_PASSWORD: password } = system.stack.secrets;
  const signIn = await fetch(`${system.urls.admin}/trpc/orders/session.signIn`, {
    method: 'POST',
    body: JSON.stringify({ username: 'admin', password }),
    headers: { 'content-type': 'application/json' },
  });
  const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!;
  for (let n = 0; ; n += 1) {
    const input = encodeURIComponent(JSON.stringify({ orderNumber }));
    const response = await fetch(`${system.urls.admin}/trpc/integrations/orderEvent.list?input=${input}`, {
      headers: { cookie },
    });
    const { result } = (await response.json()) as { result: { data: { items: { type: string }[] } } };
    if (result.data.items.length >= 5 || n > 50) return result.data.items.map((item) => item.type).toReversed();
    await delay(100);
  }
}
