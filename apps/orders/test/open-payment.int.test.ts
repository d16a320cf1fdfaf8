import type { Checkout } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closePayments } from '../src/payments/close-payments.ts';
import { lockOrder } from '../src/orders/lock-orders.ts';
import { openPayment } from '../src/payments/open-payment.ts';
import { pruneOpenings } from '../src/payments/prune-openings.ts';
import type { PaymentOrder, PaymentProvider, ProviderAnswer } from '../src/payments/providers/provider.ts';
import { transact } from '../src/transaction.ts';
import { clientsFor, playedProviders } from './_payment-providers.ts';
import { ordersOnDatabase } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

/** A provider whose prepay answers what the test says, in turn. */
function prepaying(name: PaymentProvider['name'] = 'wechat') {
  const asked: PaymentOrder[] = [];
  const answers: (() => ProviderAnswer<Checkout | null> | Promise<ProviderAnswer<Checkout | null>>)[] = [];
  const notPlayed = () => Promise.reject(new Error('this test only opens payments'));
  const provider: PaymentProvider = {
    name,
    prepay: async (payment) => {
      asked.push(payment);
      const answer = answers.shift();
      return answer ? answer() : { outcome: 'answered', value: qrCode(`weixin://wxpay/${asked.length}`) };
    },
    query: notPlayed,
    close: notPlayed,
    refund: notPlayed,
    queryRefund: notPlayed,
  };
  return { provider, asked, answers };
}

const qrCode = (codeUrl: string) => ({ kind: 'wechat_native', codeUrl }) as const;
const text = (en: string) => ({ zh: en, en });

let wechat: ReturnType<typeof prepaying>;
beforeEach(() => {
  wechat = prepaying();
  app.context.providers.clear();
  app.context.providers.set('wechat', wechat.provider);
});

const open = (orderNumber: string, more: { payerOpenId?: string } = {}) =>
  openPayment(app.context, { orderNumber, method: 'wechat', ...more });
const paymentsOf = (orderNumber: string) =>
  app.rows<{ provider_order_no: string; status: string; ask_at: string | null; checkout: unknown }>(
    `select p.provider_order_no, p.status, p.ask_at, p.checkout from payments p join orders o on o.id = p.order_id
      where o.order_number = ? order by p.id`,
    [orderNumber],
  );

describe('with a provider that has to know', () => {
  test('the payment is made known, kept and under way, and due to be asked about', async () => {
    const { orderNumber, payableFen } = await app.place();

    const payment = await open(orderNumber);

    expect(wechat.asked).toEqual([
      {
        providerOrderNo: `${orderNumber}-P1`,
        paymentId: payment.id,
        orderNumber,
        amountFen: payableFen,
        description: `订单 ${orderNumber}`,
        expiresAt: new Date(payment.expiresAt),
        payerOpenId: undefined,
      },
    ]);
    expect(payment).toMatchObject({ status: 'processing', checkout: qrCode('weixin://wxpay/1') });
    expect((await app.order(orderNumber)).timeline.filter(({ machine }) => machine === 'payment')).toMatchObject([
      { from: 'init', to: 'processing', fact: 'payment_started', by: 'staff:tester' },
    ]);
    const [row] = await paymentsOf(orderNumber);
    expect(new Date(row!.ask_at!)).toEqual(new Date(app.now.getTime() + 60_000));
  });

  test('opened again it is the same payment with the same checkout, and the provider is left alone', async () => {
    const { orderNumber } = await app.place();
    const first = await open(orderNumber);
    app.later(60_000);

    expect(await open(orderNumber)).toEqual(first);
    expect(wechat.asked).toHaveLength(1);
  });

  test('a checkout that is about to run out is renewed under the same number', async () => {
    app.context.paymentTimeoutMs = 5 * 3_600_000;
    const { orderNumber } = await app.place();
    app.context.paymentTimeoutMs = 30 * 60_000;
    const first = await open(orderNumber);
    app.later(110 * 60_000);

    const renewed = await open(orderNumber);

    expect([renewed.id, renewed.checkout]).toEqual([first.id, qrCode('weixin://wxpay/2')]);
    app.later(109 * 60_000);
    expect((await open(orderNumber)).checkout).toEqual(qrCode('weixin://wxpay/2'));
    expect(wechat.asked.map(({ providerOrderNo }) => providerOrderNo)).toEqual([
      `${orderNumber}-P1`,
      `${orderNumber}-P1`,
    ]);
  });

  test('another payer gets a payment of their own, the same one the same', async () => {
    const { orderNumber } = await app.place();
    const qr = await open(orderNumber);
    const one = await open(orderNumber, { payerOpenId: 'payer-1' });

    expect((await open(orderNumber, { payerOpenId: 'payer-1' })).id).toBe(one.id);
    expect((await open(orderNumber)).id).toBe(qr.id);
    expect(wechat.asked.map(({ providerOrderNo, payerOpenId }) => [providerOrderNo, payerOpenId])).toEqual([
      [`${orderNumber}-P1`, undefined],
      [`${orderNumber}-P2`, 'payer-1'],
    ]);
  });

  test('a refusal fails the payment with the words of the provider, and the next one has another number', async () => {
    const { orderNumber } = await app.place();
    wechat.answers.push(() => ({ outcome: 'refused', code: 'NO_AUTH', reason: { zh: '商户无权限', en: 'no right' } }));

    await expect(open(orderNumber)).rejects.toMatchObject({
      code: 'PAYMENT_PROVIDER_FAILED',
      message: '商户无权限',
      messageEn: 'no right',
    });

    expect(await paymentsOf(orderNumber)).toMatchObject([{ status: 'failed', ask_at: null, checkout: null }]);
    const order = await app.order(orderNumber);
    expect(order.timeline.find(({ machine }) => machine === 'payment')).toMatchObject({
      to: 'failed',
      fact: 'payment_failed',
      note: '商户无权限',
    });
    const audited = await app.rows(`select action, detail from audit_entries where resource_id = ? order by id`, [
      order.payments[0]!.id,
    ]);
    expect(audited).toMatchObject([
      { action: 'payment_created' },
      { action: 'payment_failed' },
      { action: 'start_failed', detail: { code: 'NO_AUTH', method: 'wechat' } },
    ]);
    expect(await open(orderNumber)).toMatchObject({ providerOrderNo: `${orderNumber}-P2`, status: 'processing' });
  });

  test('a refusal to renew what a buyer may still pay fails the payment, and it is to be closed there', async () => {
    app.context.paymentTimeoutMs = 5 * 3_600_000;
    const { orderNumber } = await app.place();
    app.context.paymentTimeoutMs = 30 * 60_000;
    await open(orderNumber);
    app.later(110 * 60_000);
    wechat.answers.push(() => ({ outcome: 'refused', code: 'NO_AUTH', reason: text('no right') }));

    await expect(open(orderNumber)).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER_FAILED' });

    const [row] = await paymentsOf(orderNumber);
    expect(row).toMatchObject({ status: 'failed' });
    expect(new Date(row!.ask_at!)).toEqual(app.now);
  });

  test.each(['not_sent', 'uncertain'] as const)(
    '%s leaves the payment open and is repeated for it',
    async (outcome) => {
      const { orderNumber } = await app.place();
      wechat.answers.push(() => ({ outcome, reason: text('no answer') }));

      await expect(open(orderNumber)).rejects.toMatchObject({
        code: 'UPSTREAM_TIMEOUT',
        message: '网络连接超时，请稍后重试',
      });
      const [row] = await paymentsOf(orderNumber);
      expect(row).toMatchObject({ status: 'init', checkout: null });
      // The provider may know of it, so somebody has to ask.
      expect(new Date(row!.ask_at!)).toEqual(new Date(app.now.getTime() + 60_000));

      expect(await open(orderNumber)).toMatchObject({ providerOrderNo: `${orderNumber}-P1`, status: 'processing' });
      expect(new Set(wechat.asked.map(({ providerOrderNo }) => providerOrderNo))).toEqual(
        new Set([`${orderNumber}-P1`]),
      );
    },
  );

  test('closed while the provider was asked, it cannot go on and is to be closed there', async () => {
    const { orderNumber } = await app.place();
    wechat.answers.push(async () => {
      await transact(app.context, async (tx) => {
        const locked = await lockOrder(tx, orderNumber);
        await closePayments(tx, locked!, { by: 'test', at: app.now });
      });
      app.later(1_000);
      return { outcome: 'answered', value: qrCode('weixin://wxpay/late') };
    });

    await expect(open(orderNumber)).rejects.toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: '支付已处于不可继续状态: cancelled',
    });

    const [row] = await paymentsOf(orderNumber);
    expect(row).toMatchObject({ status: 'cancelled', checkout: null });
    expect(new Date(row!.ask_at!)).toEqual(app.now);
  });

  test('opened ten times at once, it is one payment', async () => {
    const { orderNumber } = await app.place();

    const opened = await Promise.all(Array.from({ length: 10 }, () => open(orderNumber)));

    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(await paymentsOf(orderNumber)).toHaveLength(1);
    const moves = (await app.order(orderNumber)).timeline.filter(({ machine }) => machine === 'payment');
    expect(moves).toHaveLength(1);
  });
});

test('a generic payment needs nothing and stays as it is', async () => {
  const { orderNumber } = await app.place();

  expect(await app.openPayment(orderNumber)).toMatchObject({ status: 'init', checkout: null });
  expect(await paymentsOf(orderNumber)).toMatchObject([{ ask_at: null }]);
});

test('one buyer opens so many payments in a minute, however many come at once', async () => {
  const buyer = 'hasty-buyer';
  const orders = await Promise.all(Array.from({ length: 8 }, () => app.place({ buyer })));
  const limited = { ...app.context, opensPerMinute: 3 };
  const openAll = () =>
    Promise.allSettled(orders.map(({ orderNumber }) => openPayment(limited, { orderNumber, method: 'generic' })));

  const first = await openAll();
  const refused = first.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(5);
  expect(refused[0]!.reason).toMatchObject({ code: 'TOO_MANY_REQUESTS', message: '请求过于频繁，请稍后再试' });

  const { orderNumber } = await app.place({ buyer: 'patient-buyer' });
  await expect(openPayment(limited, { orderNumber, method: 'generic' })).resolves.toMatchObject({ status: 'init' });

  app.later(60_000);
  expect((await openAll()).filter((result) => result.status === 'fulfilled')).toHaveLength(3);
});

test('openings that no limit looks at are forgotten', async () => {
  const { orderNumber } = await app.place({ buyer: 'forgotten-buyer' });
  await app.openPayment(orderNumber);
  const kept = () => app.rows(`select 1 from payment_opens where buyer = 'forgotten-buyer'`);

  await pruneOpenings(app.orm, app.now);
  expect(await kept()).toHaveLength(1);
  app.later(11 * 60_000);
  await pruneOpenings(app.orm, app.now);
  expect(await kept()).toEqual([]);
});

test('a payment beyond the ceiling is refused, one up to it is not', async () => {
  const { orderNumber, payableFen } = await app.place();
  const with_ = (maxFen: number) => openPayment({ ...app.context, maxFen }, { orderNumber, method: 'generic' });

  await expect(with_(payableFen - 1)).rejects.toMatchObject({
    code: 'INVALID_PAYMENT_AMOUNT',
    message: expect.stringContaining('超过单笔上限'),
  });
  await expect(with_(payableFen)).resolves.toMatchObject({ amountFen: payableFen });
});

test('what cannot be paid is refused before any provider is asked', async () => {
  const paid = await app.paidOrder();
  const late = await app.place();
  app.later(31 * 60_000);

  await expect(open(paid.orderNumber)).rejects.toMatchObject({ message: '订单状态为paid，不允许支付' });
  await expect(open(late.orderNumber)).rejects.toMatchObject({ message: '订单已过期，请重新创建' });
  await expect(open('1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(
    openPayment({ ...app.context, methods: ['generic'] }, { orderNumber: late.orderNumber, method: 'wechat' }),
  ).rejects.toMatchObject({ code: 'PAYMENT_METHOD_UNAVAILABLE', message: '微信支付未开通' });
  expect(wechat.asked).toEqual([]);
});

test('against the played WeChat Pay and Alipay an order gets what a buyer needs', async () => {
  await using stack = new AsyncDisposableStack();
  const now = () => app.now;
  const played = stack.use(await playedProviders({ now }));
  const clients = clientsFor(played.url, { now });
  stack.defer(() => clients.close());
  for (const [method, provider] of clients.providers) app.context.providers.set(method, provider);
  const { orderNumber } = await app.place();

  const inWechat = await open(orderNumber, { payerOpenId: 'oUpF8uMuAJO' });
  const alipay = await openPayment(app.context, { orderNumber, method: 'alipay' });

  expect(inWechat).toMatchObject({ status: 'processing', checkout: { kind: 'wechat_jsapi' } });
  expect(alipay).toMatchObject({ status: 'processing', checkout: { kind: 'alipay_page' } });
});
