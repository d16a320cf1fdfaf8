import { readFile } from 'node:fs/promises';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { HAIER_PATHS } from '@orderbridge/mock-upstreams/haier/haier-paths';
import { YLH_PATHS, YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openBrowser, shoot, signedIn, untilSettled, untilStatus, type Visitor } from './_browser.ts';
import { clickAction } from './_order-actions.ts';
import { post, startSystem, type System } from './_system.ts';

const WAIT_MS = 30_000;

let system: System;
let browser: Browser;
let staff: Awaited<ReturnType<System['staff']>>;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ REFUND_TWO_PERSON_FROM_YUAN: '1000.00' }), openBrowser()]);
  staff = await system.staff();
  visitor = await signedIn(browser, system);
  ({ page } = visitor);
});
afterEach(async () => {
  await forgetFaults();
  await system.control('ylh', { autoConfirm: true });
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

const byId = (id: string) => page.getByTestId(id);
const go = (path: string) => page.goto(`${system.urls.admin}${path}`);
const orderOf = (orderNumber: string) => staff.ask<OrderView>('orders', 'order.get', { orderNumber });
/** The platform does the next step with an order it has. */
const atPlatform = (step: string, soId: string) => system.control(`orders/${step}`, { soId });
const knownToPlatform = async (soId: string) =>
  (await system.control<{ items: object[] }>(`orders?soId=${soId}`)).items.length;
const forgetFaults = () => fetch(`${system.urls.mockUpstreams}/_control/faults`, { method: 'DELETE' });

const untilHaierIs = (orderNumber: string, status: string) =>
  expect.poll(async () => (await orderOf(orderNumber)).haierStatus, { timeout: WAIT_MS }).toBe(status);

/** An order that the platform has confirmed. */
async function confirmedOrder(overrides: Parameters<System['place']>[0] = {}): Promise<string> {
  const orderNumber = await system.paidOrder(overrides);
  await staff.change('orders', 'order.push', { orderNumber });
  await untilHaierIs(orderNumber, 'confirmed');
  return orderNumber;
}

/** Closes what a dialog shows in the end. */
async function closeResult(testId: string): Promise<void> {
  await byId(`${testId}-confirm`).click();
  await byId(`${testId}-confirm`).waitFor({ state: 'detached' });
}

test('a large refund waits for a second person, who is not the one that asked for it', async () => {
  const account = { username: 'second', displayName: '复核', role: 'operator', password: 'looks-at-it-again' };
  await staff.change('orders', 'staff.create', account);
  const orderNumber = await system.paidOrder();
  await go(`/orders/${orderNumber}`);
  await clickAction(page, 'requestRefund');
  await byId('refund-needs-second').waitFor();
  await byId('verb-reason').fill('到货破损，全额退款');
  await untilSettled(page);
  await shoot(page, 'refund-needs-second');
  await byId('verb-confirm').click();
  await byId('verb-confirm').waitFor({ state: 'detached' });
  await untilStatus(page, orderNumber, 'refunding');
  const [asked] = (await orderOf(orderNumber)).refunds;
  const { id } = asked!;

  await go(`/payments?tab=refunds&refund=${id}`);
  const own = byId('refund-drawer').getByTestId(`refund-approve-${id}`);
  await own.waitFor();
  expect(await own.getAttribute('aria-disabled')).toBe('true');
  expect(await own.innerText()).toContain('不能批准自己申请的退款，须由另一人批准');
  await shoot(page, 'refund-own');
  expect(await system.providerRefunds()).toEqual([]);

  const second = await signedIn(browser, system, account);
  await second.page.goto(`${system.urls.admin}/payments?tab=refunds&approval=awaited`);
  await second.page.getByTestId(`refunds-row-${id}`).getByTestId(`refund-approve-${id}`).click();
  await second.page.getByTestId('refund-approve-effects').getByText(orderNumber).waitFor();
  await untilSettled(second.page);
  await shoot(second.page, 'refund-approve');
  await second.page.getByTestId('refund-approve-confirm').click();
  await second.page.getByTestId('refund-approve-confirm').waitFor({ state: 'detached' });

  await go(`/orders/${orderNumber}`);
  await untilStatus(page, orderNumber, 'refunded');
  await byId('order-refunds').getByText('second').first().waitFor();
  await shoot(page, 'refund-approved');
  expect(await system.providerRefunds()).toHaveLength(1);
  expect([...visitor.problems, ...second.problems]).toEqual([]);
  await second.context.close();
});

test('of the ticked orders those that can are pushed, held back, let go, and told of one by one', async () => {
  const going = [await system.paidOrder(), await system.paidOrder()];
  const { orderNumber: unpaid } = await system.place();
  await system.control('faults', { match: YLH_PATHS.create, fault: 'http-429', times: 1_000_000 });
  await go('/orders');
  for (const orderNumber of [...going, unpaid])
    await byId(`order-row-${orderNumber}`).locator('input[type=checkbox]').check();
  await byId('selection-bar').getByTestId('bulk-push').click();
  await byId('bulk-preflight').waitFor();
  expect(await byId('bulk-preflight-can').innerText()).toContain('可以推送 2 个');
  expect(await byId('bulk-preflight-cannot').innerText()).toContain('不能推送 1 个');
  expect(await byId(`bulk-preflight-row-${unpaid}`).innerText()).toContain('待支付');
  expect(await byId('bulk-preflight').getByText('¥').count()).toBeGreaterThan(0);
  await untilSettled(page);
  await shoot(page, 'bulk-preflight');
  await byId('bulk-push-confirm').click();
  const result = byId('bulk-push-result');
  await result.waitFor();
  for (const orderNumber of going)
    expect(await result.getByTestId(`bulk-push-row-${orderNumber}`).innerText()).toContain('已受理');
  expect(await result.getByTestId(`bulk-push-row-${unpaid}`).count()).toBe(0);
  await untilSettled(page);
  await shoot(page, 'bulk-pushed');
  await result.locator('a[href*="batchId="]').click();
  await byId('jobs-page').waitFor();
  for (const orderNumber of going) await byId('jobs-page').getByText(orderNumber).first().waitFor();

  const [batch] = await system.jobRows<{ public_id: string }>(`select public_id from batches`);
  const row = byId(`batch-row-${batch!.public_id}`);
  const hold = async (then: string) => {
    await row.getByTestId(`batch-hold-${batch!.public_id}`).click();
    await byId('batch-hold-effects').waitFor();
    await byId('batch-hold-confirm').click();
    await row.getByText(then).waitFor();
  };
  await go('/jobs?tab=batches');
  await hold('已暂停');
  await shoot(page, 'batch-paused');
  await forgetFaults();
  expect(await Promise.all([...going, unpaid].map(knownToPlatform))).toEqual([0, 0, 0]);
  // How far away the next try is hangs on how many there were before the pause, and what is due at once ends unseen.
  const nextTry = (at: string) =>
    system.jobRows(`update jobs set next_attempt_at = now() + $2::interval where batch_id = $1`, [
      batch!.public_id,
      at,
    ]);
  await nextTry('1 hour');
  await hold('进行中');
  await nextTry('0');
  await row.getByText('已结束').waitFor({ timeout: WAIT_MS });
  await shoot(page, 'batch-ended');
  await Promise.all(going.map((orderNumber) => untilHaierIs(orderNumber, 'confirmed')));
  expect(await Promise.all([...going, unpaid].map(knownToPlatform))).toEqual([1, 1, 0]);
  expect(visitor.problems).toEqual([]);
});

test('an order is computed anew from its history; what differs is said in words, and nothing is written', async () => {
  const orderNumber = await confirmedOrder();
  const rebuild = async (): Promise<string> => {
    await clickAction(page, 'rebuild');
    await byId('verb-confirm').click();
    await byId('rebuild-result').waitFor();
    await untilSettled(page);
    return byId('rebuild-result').innerText();
  };
  await go(`/orders/${orderNumber}`);
  expect(await rebuild()).toContain('与记录完全一致');
  await closeResult('verb');

  const stored = `select payable_fen, haier_status from orders where order_number = $1`;
  const before = await system.rows(stored, [orderNumber]);
  await system.rows(
    `update orders set payable_fen = payable_fen - 100, haier_status = 'failed' where order_number = $1`,
    [orderNumber],
  );
  const spoilt = await system.rows(stored, [orderNumber]);
  expect(spoilt).not.toEqual(before);
  await page.reload();
  expect(await rebuild()).toContain('有不一致');
  await shoot(page, 'rebuild-differs');
  expect(await byId('rebuild-difference-payableFen').innerText()).toMatch(/应付.*：记录为 ¥[\d,.]+，重算为 ¥[\d,.]+/);
  expect(await byId('rebuild-difference-haierStatus').innerText()).toContain('记录为 推送失败，重算为 已推送');
  await closeResult('verb');
  expect(await system.rows(stored, [orderNumber])).toEqual(spoilt);
  expect(visitor.problems).toEqual([]);
});

test('what replaying a kept callback would do is shown, and nothing is done', async () => {
  const orderNumber = await system.paidOrder();
  // Signed two hours ago, so it is kept for a person to judge.
  await post(system.haierCallback(orderNumber, {}, { at: new Date(Date.now() - 2 * 3_600_000) }));
  const kept = () =>
    system.rows<{ public_id: string }>(
      `select public_id from callbacks where platform_order_no = $1 and outcome = 'late'`,
      [orderNumber],
    );
  await expect.poll(kept, { timeout: WAIT_MS }).toHaveLength(1);
  const everything = () =>
    system.rows(
      `select to_jsonb(o) as stored,
              (select count(*) from state_changes s where s.order_id = o.id) as changes,
              (select count(*) from callback_replays) as replays,
              (select count(*) from audit_entries) as audited
         from orders o where order_number = $1`,
      [orderNumber],
    );
  const [callback] = await kept();
  const before = await everything();
  await go(`/callbacks?callback=${callback!.public_id}`);
  await byId('what-if-button').click();
  await byId('what-if').locator('li').first().waitFor();
  const told = await byId('what-if').innerText();
  expect(told).toContain('未推送');
  expect(told).toContain('已推送');
  expect(told).toContain(`SO.${orderNumber}`);
  await untilSettled(page);
  await shoot(page, 'what-if');
  expect(await everything()).toEqual(before);
  expect(visitor.problems).toEqual([]);
});

test('where YLH is ahead the comparison says so and repairs it; a repair that is refused is no success', async () => {
  await system.control('ylh', { autoConfirm: true });
  const orderNumber = await confirmedOrder();
  await atPlatform('deliver', orderNumber);
  const compare = async (number: string) => {
    await go(`/reconcile?orderNumber=${number}`);
    await byId('reconcile-check').click();
    await byId(`difference-row-${number}-delivered_not_shipped`).waitFor({ timeout: WAIT_MS });
    await untilSettled(page);
  };
  await compare(orderNumber);
  await shoot(page, 'reconcile-differs');
  await byId(`repair-${orderNumber}`).click();
  await byId('repair-effects').waitFor();
  await byId('repair-confirm').click();
  await byId('repair-confirm').waitFor({ state: 'detached', timeout: WAIT_MS });
  await byId('reconcile-result').getByText('没有差异').waitFor({ timeout: WAIT_MS });
  await shoot(page, 'reconcile-repaired');
  expect((await orderOf(orderNumber)).status).toBe('shipped');

  // One whose cancel was refused is not known to be taken, so its parcels do not ship it.
  const stuck = await confirmedOrder();
  await system.control('ylh', { autoConfirm: false });
  await atPlatform('deliver', stuck);
  await staff.change('orders', 'order.cancel', { orderNumber: stuck, reason: '买家不想要了' });
  await atPlatform('cancel-refused', stuck);
  await untilHaierIs(stuck, 'cancel_failed');
  await compare(stuck);
  await byId(`repair-${stuck}`).click();
  await byId('repair-confirm').click();
  await byId('repair-failures').waitFor({ timeout: WAIT_MS });
  expect(await byId('repair-failures').innerText()).toContain('1 处没有处理成功');
  expect(await byId(`repair-failure-${stuck}`).innerText()).toContain('海尔确认接单后才能发货');
  expect(await byId('toasts').innerText()).not.toContain('处理完成');
  await untilSettled(page);
  await shoot(page, 'repair-refused');
  await closeResult('repair');
  await byId(`difference-row-${stuck}-delivered_not_shipped`).waitFor({ timeout: WAIT_MS });
  expect((await orderOf(stuck)).status).toBe('paid');
  await system.control('ylh', { autoConfirm: true });
  expect(visitor.problems).toEqual([]);
});

test('a configuration is made, tried out and put to use', async () => {
  const { mockUpstreams } = system.urls;
  const { haierClientSecret, haierPassword, haierSellerPassword, ylhPassword, ylhClientSecret } = system.stack.secrets;
  const filled = {
    name: '备用账户',
    client_id: 'orderbridge-demo',
    client_secret: haierClientSecret,
    token_url: `${mockUpstreams}${HAIER_PATHS.token}`,
    base_url: mockUpstreams,
    customer_code: '8800000001',
    send_to_code: '8800000002',
    supplier_code: '1001',
    password: haierPassword,
    seller_password: haierSellerPassword,
    ylh_auth_url: `${mockUpstreams}${YLH_ROOTS.auth}`,
    ylh_intake_url: `${mockUpstreams}${YLH_ROOTS.intake}`,
    ylh_order_url: `${mockUpstreams}${YLH_ROOTS.order}`,
    ylh_stock_url: `${mockUpstreams}${YLH_ROOTS.stock}`,
    ylh_username: 'orderbridge-demo',
    ylh_password: ylhPassword,
    ylh_client_id: 'orderbridge-demo',
    ylh_client_secret: ylhClientSecret,
    source_system: 'ORDERBRIDGE_DEMO',
    shop_name: 'OrderBridge 演示店铺',
  };
  // The acts before may have taken longer than a password check counts.
  await system.rows(`update staff_sessions set authenticated_at = now()`);
  await go('/configuration');
  await byId('configuration-add').click();
  for (const [key, text] of Object.entries(filled)) await byId(`configuration-${key}`).fill(text);
  await byId('configuration-form-confirm').click();
  await byId('configuration-form-confirm').waitFor({ state: 'detached' });
  const row = page.locator('[data-testid^=configuration-row-]', { hasText: filled.name });
  await row.getByText('未启用').waitFor();

  await row.locator('[data-testid^=configuration-test-]').click();
  await byId('connection-test').waitFor({ timeout: WAIT_MS });
  for (const name of ['haier', 'ylh']) expect(await byId(`connection-${name}`).innerText()).toContain('成功');
  await shoot(page, 'configuration-tried');
  await row.locator('[data-testid^=configuration-activate-]').click();
  await byId('configuration-activate-effects').waitFor();
  await byId('configuration-activate-confirm').click();
  await row.getByText('使用中').waitFor();
  await untilSettled(page);
  await shoot(page, 'configuration-active');
  const body = await page.locator('body').innerText();
  for (const secret of [haierClientSecret, ylhPassword]) expect(body).not.toContain(secret);
  await confirmedOrder();
  expect(visitor.problems).toEqual([]);
});

test('a sync tells how far it is while it runs, and ends with what it did', async () => {
  await system.control('catalogue', { products: 200 });
  await system.control('faults', { match: HAIER_PATHS.prices, fault: 'slow', delayMs: 1_500, times: 1_000 });
  await go('/syncs');
  await byId('sync-start').click();
  await byId('start-sync-effects').waitFor();
  await byId('start-sync-confirm').click();
  await byId('sync-drawer').waitFor();
  const loads: string[] = [];
  page.on('load', () => loads.push(page.url()));
  await byId('sync-drawer')
    .getByText(/^\d+ \/ 200 · $/)
    .or(byId('sync-drawer').getByText(/[1-9]\d* \/ 200/))
    .first()
    .waitFor({ timeout: WAIT_MS });
  await shoot(page, 'sync-runs');
  await forgetFaults();
  const ended = async () =>
    (
      await system.jobRows<{ public_id: string; success: number; failed: number; total: number }>(
        `select public_id, success_count::int as success, failed_count::int as failed, total_count::int as total
           from sync_runs where type = 'products' and completed_at is not null`,
      )
    )[0];
  await expect.poll(ended, { timeout: 2 * WAIT_MS }).toBeDefined();
  const run = await ended();
  expect(run).toMatchObject({ total: 200 });
  expect(run!.success + run!.failed).toBe(200);
  await byId('sync-drawer').getByTestId('sync-cancel').waitFor({ state: 'detached' });
  await byId('sync-drawer').getByText(String(run!.success), { exact: true }).first().waitFor();
  await untilSettled(page);
  await shoot(page, 'sync-ended');
  await go('/syncs');
  await byId(`syncs-row-${run!.public_id}`).getByText(`${run!.success} / 200`).waitFor();
  expect(loads).toHaveLength(1);
  expect(visitor.problems).toEqual([]);
});

test('cases of one kind are counted by cause, and those of one cause are settled together', async () => {
  const far = [await system.paidOrder(), await system.paidOrder(), await system.paidOrder()];
  const poor = await system.paidOrder();
  const refusedPush = async (orderNumber: string, text: string) => {
    await system.control('faults', { match: YLH_PATHS.create, fault: 'success-false', text });
    await staff.change('orders', 'order.push', { orderNumber }).catch(() => undefined);
    await untilHaierIs(orderNumber, 'failed');
  };
  for (const orderNumber of far) await refusedPush(orderNumber, '该区县暂不支持配送');
  await refusedPush(poor, '客户账户余额不足');

  await go('/exceptions?kind=push_failed');
  const causes = byId('exception-causes').locator('[data-testid^=cause-]');
  await causes.nth(1).waitFor();
  const farAway = causes.filter({ hasText: '该区县暂不支持配送' });
  expect(await farAway.locator('strong').innerText()).toBe('3');
  expect(await causes.filter({ hasText: '客户账户余额不足' }).locator('strong').innerText()).toBe('1');
  await farAway.click();
  await expect.poll(() => page.locator('[data-testid^=exceptions-row-]').count()).toBe(3);
  await byId('select-page').click();
  await shoot(page, 'exception-causes');
  await byId('bulk-acknowledge').click();
  await byId('resolve-reason').fill('改由门店自送');
  await byId('bulk-cases-confirm').click();
  const outcomes = byId('bulk-outcomes');
  await outcomes.waitFor({ timeout: WAIT_MS });
  expect(await outcomes.locator('[data-testid^=bulk-outcome-]').count()).toBe(3);
  for (const orderNumber of far) await outcomes.getByText(orderNumber).waitFor();
  await untilSettled(page);
  await shoot(page, 'exceptions-settled-together');
  await closeResult('bulk-cases');

  await go('/exceptions?kind=push_failed');
  await page.locator('[data-testid^=exceptions-row-]', { hasText: poor }).waitFor();
  expect(await page.locator('[data-testid^=exceptions-row-]').count()).toBe(1);
  expect(await system.rows(`select 1 from exceptions where kind = 'push_failed' and status = 'resolved'`)).toHaveLength(
    3,
  );
  expect(visitor.problems).toEqual([]);
});

test('what proves a subsidy is gathered until nothing is missing, and taken away as one file', async () => {
  const orderNumber = await confirmedOrder({ isGovernmentOrder: true });
  await atPlatform('deliver', orderNumber);
  await go(`/orders/${orderNumber}`);
  const verdict = byId('evidence-verdict');
  await verdict.getByText('缺 3 项').waitFor();
  await shoot(page, 'evidence-missing');
  for (const act of ['logistics', 'deliveryImages']) {
    await byId(`action-${act}`).click();
    await byId('verb-confirm').click();
    await byId('verb-confirm').waitFor({ state: 'detached', timeout: WAIT_MS });
  }
  await verdict.getByText('缺 1 项').waitFor();
  await byId('government-evidence').getByTestId('action-recordInvoice').click();
  await byId('invoice-number-field').fill('24372000000012345678');
  await byId('invoice-date-field').fill(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10));
  await byId('invoice-confirm').click();
  await byId('invoice-number').getByText('24372000000012345678').waitFor();
  await page.locator('[data-testid=evidence-verdict][data-complete=true]').waitFor();
  await untilSettled(page);
  await shoot(page, 'evidence-complete');

  await byId('export-evidence').click();
  await byId('export-effects').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), byId('export-confirm').click()]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  const file = await readFile(await download.path());
  expect(file.subarray(0, 2).toString()).toBe('PK');
  for (const name of ['summary.html', 'photos.csv']) expect(file.includes(name)).toBe(true);
  expect(visitor.problems).toEqual([]);
});
