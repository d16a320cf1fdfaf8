import type { OrderView } from '@orderbridge/contracts/orders-api';
import { YLH_PATHS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, shoot, signedIn, untilSettled, untilStatus, type Visitor } from './_browser.ts';
import { clickAction } from './_order-actions.ts';
import { IN_STOCK_HERE, post, startSystem, type System } from './_system.ts';

const WAIT_MS = 20_000;

let system: System;
let browser: Browser;
let staff: Awaited<ReturnType<System['staff']>>;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  staff = await system.staff();
  visitor = await signedIn(browser, system);
  ({ page } = visitor);
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

const byId = (id: string) => page.getByTestId(id);
const go = (path: string) => page.goto(`${system.urls.admin}${path}`);
const orderOf = (orderNumber: string) => staff.ask<OrderView>('orders', 'order.get', { orderNumber });
const untilHaier = (orderNumber: string, status: string) =>
  page.locator(`[data-testid="haier-status-${orderNumber}"][data-status="${status}"]`).first().waitFor();
/** The platform does the next step with an order it has. */
const atPlatform = (step: string, soId: string) => system.control(`orders/${step}`, { soId });

async function beginPush(): Promise<void> {
  await clickAction(page, 'push');
  await page.locator('[data-testid=preflight][data-can-push=true]').waitFor();
}

/** Does an act of the order page that asks nothing. */
async function act(name: string): Promise<void> {
  await clickAction(page, name);
  await byId('verb-confirm').click();
  await byId('verb-confirm').waitFor({ state: 'detached' });
}

test('an order is paid, checked, pushed, confirmed, on its way, there, and refunded', async () => {
  // The platform confirms when this test says so.
  await system.control('ylh', { autoConfirm: false });
  const { orderNumber } = await system.place({ address: IN_STOCK_HERE });
  await go(`/orders/${orderNumber}`);
  await untilStatus(page, orderNumber, 'pending');

  await clickAction(page, 'openPayment');
  await byId('open-payment-confirm').click();
  await byId('order-payments').locator('[data-testid^=payment-row-]').waitFor();
  const [payment] = (await orderOf(orderNumber)).payments;
  await shoot(page, 'life-payment-opened');
  if (await byId('checkout').isVisible()) await byId('open-payment-confirm').click();
  await byId('open-payment-confirm').waitFor({ state: 'detached' });
  await system.buyerPays(payment!);
  await untilStatus(page, orderNumber, 'paid');
  await shoot(page, 'life-paid');

  await beginPush();
  for (const check of ['stock', 'price', 'balance'])
    expect(await byId(`preflight-${check}`).first().getAttribute('data-result')).toBe('ok');
  await untilSettled(page);
  await shoot(page, 'life-preflight');
  await byId('verb-confirm').click();
  await byId('push-result').waitFor();
  await shoot(page, 'life-pushed');
  await byId('verb-confirm').click();
  await untilHaier(orderNumber, 'push_pending');

  await atPlatform('confirm', orderNumber);
  await untilHaier(orderNumber, 'confirmed');
  const { haierOrderNo } = await orderOf(orderNumber);
  await byId('order-haier').getByText(haierOrderNo!).waitFor();
  await shoot(page, 'life-confirmed', true);

  await atPlatform('deliver', orderNumber);
  await act('logistics');
  await untilStatus(page, orderNumber, 'shipped');
  await byId('parcel-0').waitFor();
  await shoot(page, 'life-shipped');
  await act('complete');
  await untilStatus(page, orderNumber, 'completed');

  // As if the password had been given ten minutes ago.
  await system.rows(`update staff_sessions set authenticated_at = now() - interval '10 minutes'`);
  await clickAction(page, 'requestRefund');
  await byId('verb-reason').fill('买家拒收，已退回仓库');
  await byId('verb-confirm').click();
  await byId('verb-password').fill(system.stack.secrets.ADMIN_PASSWORD);
  await untilSettled(page);
  await shoot(page, 'life-refund-password');
  await byId('verb-confirm').click();
  await untilStatus(page, orderNumber, 'refunded');
  await untilSettled(page);
  await shoot(page, 'life-refunded', true);

  const { timeline, payableFen, refundedFen } = await orderOf(orderNumber);
  expect(refundedFen).toBe(payableFen);
  const facts = timeline.map(({ fact }) => fact);
  expect(facts).toEqual(expect.arrayContaining(['push_requested', 'order_confirmed', 'goods_sent', 'refund_paid_out']));
  expect(await staff.change('orders', 'order.rebuild', { orderNumber })).toMatchObject({ matches: true });
  expect(visitor.problems).toEqual([]);
});

test('a refused push says why in the words of the platform, and is pushed again from its case', async () => {
  await system.control('ylh', { autoConfirm: true });
  const orderNumber = await system.paidOrder();
  await system.control('faults', { match: YLH_PATHS.create, fault: 'success-false', text: '该区县暂不支持配送' });
  await go(`/orders/${orderNumber}`);
  await beginPush();
  await byId('verb-confirm').click();
  await byId('verb-error').waitFor();
  expect(await byId('verb-error').innerText()).toContain('该区县暂不支持配送');
  await shoot(page, 'push-refused');
  await byId('verb-cancel').click();
  await untilHaier(orderNumber, 'failed');
  const cases = byId('order-exceptions');
  await cases.getByText('该区县暂不支持配送').first().waitFor();
  await byId('order-haier').getByText('该区县暂不支持配送').waitFor();
  await untilSettled(page);
  await shoot(page, 'push-refused-order', true);

  await cases.getByTestId('exception-action-push_again').click();
  await byId('resolve-reason').fill('地址已与平台核对');
  await untilSettled(page);
  await shoot(page, 'push-again');
  await byId('resolve-confirm').click();
  await untilHaier(orderNumber, 'confirmed');
  expect((await orderOf(orderNumber)).exceptions).toMatchObject([{ kind: 'push_failed', status: 'resolved' }]);
  expect(visitor.problems).toEqual([]);
});

test('a case is settled on the page of the exceptions, which then says that all is well', async () => {
  const { orderNumber } = await system.place();
  await post(system.paymentCallback(await system.openPayment(orderNumber), { amount: '1.00' }));
  await go('/exceptions');
  const card = page.locator('[data-testid^=exceptions-row-]', { hasText: orderNumber });
  await card.waitFor();
  await byId('queue-amount_mismatch').click();
  await untilSettled(page);
  await shoot(page, 'exceptions-queue');
  await card.getByTestId('exception-action-acknowledge').click();
  await byId('resolve-effects').waitFor();
  await byId('resolve-reason').fill('对账后线下退回');
  await byId('resolve-confirm').click();
  await card.waitFor({ state: 'detached' });
  await go('/exceptions');
  await byId('all-well').waitFor();
  await shoot(page, 'exceptions-all-well');
  await byId('status-resolved').click();
  await card.getByText('对账后线下退回').waitFor();
  expect(visitor.problems).toEqual([]);
});

test('callbacks are counted before they are replayed together, and counted when they are', async () => {
  const orderNumber = await system.paidOrder();
  await post(system.haierCallback(orderNumber));
  await post(system.haierCallback(orderNumber));
  await expect
    .poll(
      () =>
        system.rows(
          `select 1 from callbacks where platform_order_no = $1 or order_id = (select id from orders where order_number = $1)`,
          [orderNumber],
        ),
      { timeout: WAIT_MS },
    )
    .toHaveLength(3);
  await go(`/callbacks?orderNumber=${orderNumber}`);
  await page.locator('[data-testid^=callback-row-]').nth(2).waitFor();
  await byId('replay-matching').click();
  await byId('replay-count').getByText('3').waitFor();
  await byId('bulk-replay-reason').fill('核对升级后的结果');
  await untilSettled(page);
  await shoot(page, 'bulk-replay');
  await byId('bulk-replay-confirm').click();
  await byId('bulk-replay-results').waitFor();
  await untilSettled(page);
  await shoot(page, 'bulk-replayed');
  expect(await byId('bulk-replay-results').locator('tbody tr').count()).toBe(3);
  await byId('bulk-replay-confirm').click();
  expect(
    await system.rows(
      `select 1 from callback_replays r join callbacks c on c.id = r.callback_id join orders o on o.id = c.order_id where o.order_number = $1`,
      [orderNumber],
    ),
  ).toHaveLength(3);
  expect(visitor.problems).toEqual([]);
});

test('the configuration is tried out at both platforms', async () => {
  await go('/configuration');
  await byId('configuration-test').click();
  await byId('connection-test').waitFor();
  for (const name of ['haier', 'ylh'])
    expect(await byId(`connection-${name}`).innerText()).toMatch(/连接成功|可用|成功/);
  await shoot(page, 'configuration-tested');
  expect(visitor.problems).toEqual([]);
});

test('everybody else is signed out at once, and stands at the door', async () => {
  const other = await signedIn(browser, system, { language: 'en' });
  await other.page.goto(`${system.urls.admin}/orders`);
  await other.page.getByTestId('orders-page').waitFor();
  await go('/staff?tab=sessions');
  await page.locator('[data-testid^=session-row-]').nth(1).waitFor();
  await byId('sessions-end-all').click();
  await page.getByTestId('sessions-end-all-confirm').click();
  await other.page.getByTestId('sign-in-page').waitFor();
  await shoot(other.page, 'signed-out-everywhere');
  await page.locator('[data-testid^=session-row-]').nth(1).waitFor({ state: 'detached' });
  await untilSettled(page);
  await shoot(page, 'sessions');
  await other.context.close();
  expect(visitor.problems).toEqual([]);
});
