import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atTheDoor, enter, look, openBrowser, shoot, sidewaysScroll, signedIn, untilSettled } from './_browser.ts';
import { clickAction, refusedActions } from './_order-actions.ts';
import { eventually, post, startSystem, type System } from './_system.ts';

const WAIT_MS = 30_000;
const PHONE = { width: 390, height: 844 };

let system: System;
let browser: Browser;
let made: Made;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  made = await makeABusyDay();
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

type Made = {
  readonly pushed: string;
  readonly haierOrderNo: string;
  readonly refused: string;
  readonly callbackId: string;
  readonly jobId: string;
  readonly batchId: string;
  readonly syncId: string;
  readonly paymentId: string;
  readonly refundId: string;
};

/** Something of everything that a room can show. */
async function makeABusyDay(): Promise<Made> {
  const staff = await system.staff();
  const place = () => system.place({ address: ADDRESS });
  const paid = () => system.paidOrder({ address: ADDRESS });
  await Promise.all([place(), place()]);
  const [pushed, refunded, mismatched, refused, inBatch] = [
    await paid(),
    await paid(),
    (await place()).orderNumber,
    await paid(),
    await paid(),
  ];
  await staff.change('orders', 'order.push', { orderNumber: pushed });
  await staff.change('orders', 'order.pushMany', { orderNumbers: [inBatch] });
  await staff.change('orders', 'order.requestRefund', { orderNumber: refunded, reason: '买家不想要了' });
  await post(system.paymentCallback(await system.openPayment(mismatched), { amount: '1.00' }));
  await post({ ...system.paymentCallback(await system.openPayment(mismatched)), body: 'payment_id=1&signature=wrong' });
  // The fault is meant for the next order.
  await eventually(
    async () => (await system.jobRows(`select 1 from jobs where order_number = $1 and state = 'done'`, [inBatch]))[0],
    WAIT_MS,
  );
  await system.control('faults', {
    match: 'receive-hmm-retail-order',
    fault: 'success-false',
    text: '该区县暂不支持配送',
  });
  await staff.change('orders', 'order.push', { orderNumber: refused }).catch(() => undefined);
  await staff.change('integrations', 'sync.start', { type: 'products', prices: true, stock: true });
  await staff.change('integrations', 'config.create', { name: 'haier', config: OTHER_CONFIGURATION });
  await staff.change('orders', 'token.create', { name: '商城', scopes: ['orders.place'] });
  const settled = await eventually(async () => {
    const { items } = await staff.ask<{ items: { status: string }[] }>('integrations', 'sync.list', {});
    const confirmed = await system.rows(`select 1 from orders where order_number = $1 and haier_status = 'confirmed'`, [
      pushed,
    ]);
    const back = await system.rows(`select 1 from orders where order_number = $1 and status = 'refunded'`, [refunded]);
    const ended = items.every(({ status }) => status !== 'pending' && status !== 'processing');
    const sent = await system.jobRows(`select 1 from jobs where order_number = $1 and state = 'done'`, [inBatch]);
    return (ended && confirmed.length + back.length + sent.length === 3) || undefined;
  }, WAIT_MS);
  expect(settled).toBe(true);
  await system.control('orders/deliver', { soId: pushed });
  await system.rows(`update products set stock = 2 where product_code = 'LOCAL-KETTLE-01'`);
  const [callback] = await system.rows<{ public_id: string }>(
    `select public_id from callbacks where platform_order_no = $1 and provider = 'haier'`,
    [pushed],
  );
  const [job] = await system.jobRows<{ public_id: string }>(`select public_id from jobs where order_number = $1`, [
    refused,
  ]);
  const [batch] = await system.jobRows<{ public_id: string }>(`select public_id from batches`);
  const [sync] = (await staff.ask<{ items: { id: string }[] }>('integrations', 'sync.list', {})).items;
  const orderOf = (orderNumber: string) => staff.ask<OrderView>('orders', 'order.get', { orderNumber });
  const { haierOrderNo, payments } = await orderOf(pushed);
  const { refunds } = await orderOf(refunded);
  return {
    pushed,
    haierOrderNo: haierOrderNo!,
    refused,
    callbackId: callback!.public_id,
    jobId: job!.public_id,
    batchId: batch!.public_id,
    syncId: sync!.id,
    paymentId: payments[0]!.id,
    refundId: refunds[0]!.id,
  };
}

const OTHER_CONFIGURATION = {
  client_id: 'orderbridge-spare',
  client_secret: 'kept-under-a-mask',
  token_url: 'https://openplat-test.haier.net/oauth2/auth',
  base_url: 'https://openplat-test.haier.net',
};

const ADDRESS = {
  contactName: '王小明',
  phone: '13812345678',
  province: '山东省',
  city: '青岛市',
  district: '崂山区',
  detail: '海尔路 1 号',
  countyCode: '370212',
};

/** A view of the admin web: where it is, how to know that it is there, and what is done there first. */
type Room = { name: string; path: string; shows: string; begin?: (page: Page) => Promise<void> };

const click = (id: string) => async (page: Page) => page.getByTestId(id).first().click();
/** A dialog of the order page. */
const act = (name: string) => (page: Page) => clickAction(page, name);
const rooms = (): Room[] => [
  { name: 'overview', path: '/overview', shows: 'overview-days-chart' },
  { name: 'orders', path: '/orders', shows: `order-row-${made.pushed}` },
  { name: 'order', path: `/orders/${made.pushed}`, shows: 'order-timeline' },
  { name: 'order-refused', path: `/orders/${made.refused}`, shows: 'exception-action-push_again' },
  { name: 'exceptions', path: '/exceptions', shows: 'case-list' },
  { name: 'callbacks', path: '/callbacks', shows: `callback-row-${made.callbackId}` },
  {
    name: 'callback',
    path: `/callbacks?callback=${made.callbackId}`,
    shows: 'signature-report',
    begin: click('explain-signature'),
  },
  { name: 'payments', path: '/payments', shows: `payments-row-${made.paymentId}` },
  { name: 'payment', path: `/payments?payment=${made.paymentId}`, shows: 'money-moves' },
  { name: 'refunds', path: '/payments?tab=refunds', shows: `refunds-row-${made.refundId}` },
  { name: 'refund', path: `/payments?tab=refunds&refund=${made.refundId}`, shows: 'money-moves' },
  { name: 'products', path: '/products', shows: 'products-row-GA0SZC00U' },
  { name: 'product', path: '/products?product=GA0SZC00U', shows: 'product-drawer' },
  { name: 'low-stock', path: '/products?tab=low', shows: 'products-row-LOCAL-KETTLE-01' },
  { name: 'inventory', path: '/products?tab=log', shows: 'products-page' },
  { name: 'haier', path: '/haier?codes=GA0SZC00U', shows: 'haier-answer' },
  { name: 'haier-prices', path: '/haier?tab=prices&codes=GA0SZC00U', shows: 'haier-data-row-GA0SZC00U' },
  { name: 'haier-stock', path: '/haier?tab=stock&code=GA0SZC00U&county=370212', shows: 'haier-stock-sum' },
  { name: 'haier-logistics', path: `/haier?tab=logistics&order=${made.haierOrderNo}`, shows: 'haier-answer' },
  { name: 'haier-balance', path: '/haier?tab=balance', shows: 'haier-balance-sum' },
  { name: 'jobs', path: '/jobs', shows: 'jobs-page' },
  {
    name: 'job',
    path: `/jobs?job=${made.jobId}`,
    shows: 'job-attempt-request',
    begin: async (page) => {
      await page.getByTestId('job-attempt-request').locator('summary').click();
      await page.getByTestId('job-attempt-answer').locator('summary').click();
    },
  },
  { name: 'batches', path: '/jobs?tab=batches', shows: `batch-row-${made.batchId}` },
  { name: 'syncs', path: '/syncs', shows: `syncs-row-${made.syncId}` },
  { name: 'sync', path: `/syncs?run=${made.syncId}`, shows: 'sync-progress' },
  { name: 'reconcile', path: '/reconcile', shows: 'reconcile-result', begin: click('reconcile-check') },
  { name: 'configuration', path: '/configuration', shows: 'configuration-source' },
  { name: 'staff', path: '/staff', shows: 'staff-edit-admin' },
  { name: 'sessions', path: '/staff?tab=sessions', shows: 'sessions-end-all' },
  { name: 'tokens', path: '/staff?tab=tokens', shows: 'staff-page' },
  { name: 'audit', path: '/audit', shows: 'audit-verification', begin: click('audit-verify') },
  { name: 'health', path: '/health', shows: 'health-service-orders' },
  {
    name: 'push-dialog',
    path: `/orders/${made.refused}`,
    shows: 'preflight',
    begin: act('push'),
  },
  { name: 'refund-dialog', path: `/orders/${made.pushed}`, shows: 'verb-reason', begin: act('requestRefund') },
  { name: 'cancel-dialog', path: `/orders/${made.pushed}`, shows: 'verb-reason', begin: act('cancel') },
  { name: 'reveal-dialog', path: `/orders/${made.pushed}`, shows: 'verb-purpose', begin: act('reveal') },
  { name: 'export-dialog', path: '/orders', shows: 'export-effects', begin: click('export-orders') },
  {
    name: 'palette',
    path: '/orders',
    shows: 'palette-input',
    async begin(page) {
      await page.getByTestId('orders-page').waitFor();
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('5678');
      await page.getByTestId(`palette-order-${made.pushed}`).waitFor();
    },
  },
  { name: 'nowhere', path: '/nowhere', shows: 'user-menu' },
];

async function openRoom(page: Page, { path, shows, begin }: Room): Promise<void> {
  await page.goto(`${system.urls.admin}${path}`);
  await begin?.(page);
  const shown = page.getByTestId(shows).first();
  await shown.waitFor();
  await shown.scrollIntoViewIfNeeded();
  await untilSettled(page);
}

/** Forty rooms in four looks each. */
const ROOMS_TAKE = { timeout: 900_000 };

test('the front door and every room open without an error, and axe finds nothing serious', ROOMS_TAKE, async () => {
  const { context, page, problems } = await atTheDoor(browser, system);
  const found: Record<string, string[]> = { door: await look(page, 'room-door') };
  await enter(page, system);
  for (const room of rooms()) {
    await openRoom(page, room);
    found[room.name] = [...(await look(page, `room-${room.name}`)), ...problems.splice(0)];
  }
  expect(Object.entries(found).filter(([, findings]) => findings.length > 0)).toEqual([]);
  await context.close();
});

test('order page and exceptions fit on a phone', async () => {
  const { context, page, problems } = await signedIn(browser, system);
  await page.setViewportSize(PHONE);
  for (const room of rooms().filter(({ name }) => ['order', 'order-refused', 'exceptions'].includes(name))) {
    await openRoom(page, room);
    await shoot(page, `phone-${room.name}`, true);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  }
  expect(problems).toEqual([]);
  await context.close();
});

test('a viewer sees what cannot be done greyed with its reason, and no door that is not theirs', async () => {
  const staff = await system.staff();
  const account = { username: 'watcher', displayName: '值班查看', role: 'viewer', password: 'only-looks-at-things' };
  await staff.change('orders', 'staff.create', account);
  const { context, page, problems } = await signedIn(browser, system, account);
  const doors = await page
    .locator('nav a[data-testid^=nav-]')
    .evaluateAll((links) => links.map((link) => link.id || (link as HTMLElement).dataset['testid']));
  expect(doors).toEqual(
    [
      'overview',
      'orders',
      'exceptions',
      'callbacks',
      'payments',
      'products',
      'haierData',
      'jobs',
      'syncs',
      'health',
    ].map((name) => `nav-${name}`),
  );

  await page.goto(`${system.urls.admin}/orders/${made.refused}`);
  await page.getByTestId('exception-action-push_again').waitFor();
  expect(await refusedActions(page)).toContain('没有推送海尔的权限');
  for (const id of ['action-push', 'action-cancel', 'exception-action-push_again', 'exception-action-acknowledge']) {
    const button = page.getByTestId(id).first();
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await describedBy(page, id)).toMatch(/没有.+的?权限/);
  }
  await shoot(page, 'viewer-order');
  await openRoom(page, { name: 'callback', path: `/callbacks?callback=${made.callbackId}`, shows: 'callback-drawer' });
  expect(await page.getByTestId('replay-button').getAttribute('aria-disabled')).toBe('true');
  await shoot(page, 'viewer-callback');

  await page.goto(`${system.urls.admin}/staff`);
  await page.getByTestId('user-menu').waitFor();
  await page.getByTestId('failure-notice').waitFor();
  await shoot(page, 'viewer-at-a-closed-door');
  expect(problems).toEqual([]);
  await context.close();
});

/** The reason that a greyed button is read out with. */
const describedBy = (page: Page, testId: string): Promise<string> =>
  page
    .getByTestId(testId)
    .first()
    .evaluate((button) => document.getElementById(button.getAttribute('aria-describedby')!)!.textContent);
