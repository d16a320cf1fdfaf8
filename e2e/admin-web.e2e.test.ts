import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, shoot, sidewaysScroll, signedIn, untilSettled, untilStatus } from './_browser.ts';
import { clickAction, refusedActions } from './_order-actions.ts';
import { post, startSystem, type System } from './_system.ts';

let system: System;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

const byId = (page: Page, id: string) => page.getByTestId(id);

async function openOrder(page: Page, orderNumber: string): Promise<void> {
  await page.goto(`${system.urls.admin}/orders/${orderNumber}`);
  await byId(page, 'order-actions').waitFor();
}

test('a wrong password is refused in words, the right one lets in', async () => {
  const page = await browser.newPage();
  await page.goto(system.urls.admin);
  await byId(page, 'sign-in-username').fill('admin');
  await byId(page, 'sign-in-password').fill('not the password');
  await byId(page, 'sign-in-submit').click();
  await byId(page, 'sign-in-error').waitFor();
  expect(await byId(page, 'sign-in-error').innerText()).toContain('用户名或密码不正确');
  await shoot(page, 'sign-in-refused');
  await page.close();
});

test('an order becomes paid without a reload, is opened, and a callback of it is replayed', async () => {
  const { orderNumber } = await system.place();
  const payment = await system.openPayment(orderNumber);
  const { context, page, problems } = await signedIn(browser, system);
  await page.goto(`${system.urls.admin}/orders`);
  await byId(page, `status-${orderNumber}`).waitFor();
  let loads = 0;
  page.on('load', () => (loads += 1));

  const status = byId(page, `status-${orderNumber}`);
  await status.waitFor();
  const before = await status.innerText();
  await post(system.paymentCallback(payment));
  await page.waitForFunction(
    ([id, text]) => document.querySelector(`[data-testid="status-${id}"]`)?.textContent !== text,
    [orderNumber, before] as const,
  );
  expect(await status.innerText()).toContain('已支付');
  await shoot(page, 'order-list');

  await post(system.haierCallback(orderNumber));
  await byId(page, `order-row-${orderNumber}`).getByText(orderNumber).click();
  await byId(page, 'order-page').waitFor();
  await byId(page, 'order-timeline').waitFor();
  await page.getByText(`SO.${orderNumber}`).first().waitFor();
  await shoot(page, 'order-page');

  await byId(page, 'nav-callbacks').click();
  await byId(page, 'callbacks-page').waitFor();
  await shoot(page, 'callbacks');
  const [callback] = await system.rows<{ public_id: string }>(
    `select public_id from callbacks where provider = 'haier'`,
  );
  await byId(page, `callback-row-${callback!.public_id}`).click();
  await byId(page, 'callback-drawer').waitFor();
  await byId(page, 'callback-raw').waitFor();
  await byId(page, 'replay-button').click();
  await byId(page, 'replay-effects').waitFor();
  await shoot(page, 'replay-confirm');
  await byId(page, 'replay-confirm').click();
  await byId(page, 'replay-log-entry').first().scrollIntoViewIfNeeded();
  await shoot(page, 'callback-replayed');

  expect(await system.rows(`select 1 from callback_replays`)).toHaveLength(1);
  expect(await system.rows(`select 1 from state_changes where machine = 'haier'`)).toHaveLength(1);
  expect(loads).toBe(0);
  expect(problems).toEqual([]);
  await context.close();
});

test('staff note, reveal, refund with the password asked again, and cancel; what is refused says why', async () => {
  const refunded = await system.paidOrder();
  const { context, page, problems } = await signedIn(browser, system);
  await openOrder(page, refunded);
  expect(await refusedActions(page)).toContain('海尔确认接单后才能发货（当前海尔状态：未推送）');
  await shoot(page, 'order-refused-actions');

  await clickAction(page, 'addNote');
  await byId(page, 'verb-note').fill('买家来电：周末送货');
  await byId(page, 'verb-confirm').click();
  await byId(page, 'order-basics').getByText('买家来电：周末送货').waitFor();
  await byId(page, 'order-notes').getByText('员工 admin').waitFor();

  expect(await byId(page, 'order-address').innerText()).not.toContain('测试用户');
  await clickAction(page, 'reveal');
  await byId(page, 'verb-purpose').fill('与买家约送货时间');
  await byId(page, 'verb-confirm').click();
  await byId(page, 'reveal-result').getByText('测试用户').waitFor();
  await shoot(page, 'order-revealed');
  await byId(page, 'verb-confirm').click();
  await page.getByText('测试用户').waitFor({ state: 'detached' });

  // As if the password had been given ten minutes ago.
  await system.rows(`update staff_sessions set authenticated_at = now() - interval '10 minutes'`);
  await clickAction(page, 'requestRefund');
  await byId(page, 'verb-refundYuan').fill('100.00');
  await byId(page, 'verb-reason').fill('少发一件');
  await byId(page, 'verb-confirm').click();
  await byId(page, 'verb-password').waitFor();
  await shoot(page, 'order-step-up');
  expect(await byId(page, 'verb-error').count()).toBe(0);
  await byId(page, 'verb-password').fill('not the password');
  await byId(page, 'verb-confirm').click();
  await byId(page, 'verb-error').waitFor();
  await byId(page, 'verb-password').fill(system.stack.secrets.ADMIN_PASSWORD);
  await byId(page, 'verb-confirm').click();
  await untilStatus(page, refunded, 'refunded');
  await byId(page, 'order-refunds').getByText('¥100.00').waitFor();
  await shoot(page, 'order-refunded');

  const cancelled = await system.paidOrder();
  await openOrder(page, cancelled);
  await clickAction(page, 'cancel');
  await byId(page, 'verb-confirm').click();
  await page.getByText('请填写').waitFor();
  await byId(page, 'verb-reason').fill('买家不想要了');
  await shoot(page, 'order-cancel');
  await byId(page, 'verb-confirm').click();
  await untilStatus(page, cancelled, 'cancelled');
  await byId(page, 'order-basics').getByText('买家不想要了').waitFor();
  await shoot(page, 'order-cancelled');

  expect(
    await system.rows(
      `select action from audit_entries where actor = 'staff:admin' and resource_id = any($1) order by id`,
      [[refunded, cancelled]],
    ),
  ).toMatchObject([
    { action: 'order_amended' },
    { action: 'personal_data_revealed' },
    { action: 'admin_action_refused' },
    { action: 'order_status_changed' },
    { action: 'order_cancelled' },
  ]);
  expect(problems).toEqual([]);
  await context.close();
});

test('an order and the dialog of an act of it fit on a phone', async () => {
  const { context, page, problems } = await signedIn(browser, system, { width: 390 });
  const [order] = await system.rows<{ order_number: string }>(`select order_number from orders order by id limit 1`);
  await openOrder(page, order!.order_number);
  await refusedActions(page);
  await shoot(page, 'order-more-phone');
  await clickAction(page, 'requestRefund');
  await byId(page, 'verb-reason').waitFor();
  await untilSettled(page);
  await shoot(page, 'order-refund-phone');
  await page.keyboard.press('Escape');
  await byId(page, 'verb-reason').waitFor({ state: 'detached' });
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  expect(problems).toEqual([]);
  await context.close();
});

test('signing out closes the door', async () => {
  const { context, page } = await signedIn(browser, system);
  await byId(page, 'user-menu').click();
  await byId(page, 'sign-out').click();
  await byId(page, 'sign-in-page').waitFor();
  await page.goto(`${system.urls.admin}/orders`);
  await byId(page, 'sign-in-page').waitFor();
  expect(
    await system.rows(
      `select 1 from staff_sessions s join staff m on m.id = s.staff_id where s.created_at > now() - interval '1 second'`,
    ),
  ).toEqual([]);
  await context.close();
});
