import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, openBrowser, shoot, sidewaysScroll, signedIn, untilSettled, type Visitor } from './_browser.ts';
import { refusedActions } from './_order-actions.ts';
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

type Made = { readonly pushed: string; readonly refused: string; readonly callbackId: string; readonly jobId: string };

/** Something of everything that a room can show. */
async function makeABusyDay(): Promise<Made> {
  const staff = await system.staff();
  const place = () => system.place({ address: ADDRESS });
  const paid = async () => {
    const { orderNumber } = await place();
    await system.buyerPays(await system.openPayment(orderNumber));
    return orderNumber;
  };
  await Promise.all([place(), place()]);
  const [pushed, refunded, mismatched, refused] = [
    await paid(),
    await paid(),
    (await place()).orderNumber,
    await paid(),
  ];
  await staff.change('orders', 'order.push', { orderNumber: pushed });
  await staff.change('orders', 'order.requestRefund', { orderNumber: refunded, reason: '买家不想要了' });
  await post(system.paymentCallback(await system.openPayment(mismatched), { amount: '1.00' }));
  await post({ ...system.paymentCallback(await system.openPayment(mismatched)), body: 'payment_id=1&signature=wrong' });
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
    return (items.every(({ status }) => status !== 'running') && confirmed.length + back.length === 2) || undefined;
  }, WAIT_MS);
  expect(settled).toBe(true);
  const [callback] = await system.rows<{ public_id: string }>(
    `select public_id from callbacks where platform_order_no = $1 and provider = 'haier'`,
    [pushed],
  );
  const [job] = await system.jobRows<{ public_id: string }>(`select public_id from jobs where order_number = $1`, [
    refused,
  ]);
  return { pushed, refused, callbackId: callback!.public_id, jobId: job!.public_id };
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
  { name: 'payments', path: '/payments', shows: 'payments-page' },
  { name: 'refunds', path: '/payments?tab=refunds', shows: 'payments-page' },
  { name: 'products', path: '/products', shows: 'products-row-GA0SZC00U' },
  { name: 'product', path: '/products?product=GA0SZC00U', shows: 'product-drawer' },
  { name: 'inventory', path: '/products?tab=log', shows: 'products-page' },
  { name: 'haier', path: '/haier?codes=GA0SZC00U', shows: 'haier-answer' },
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
  { name: 'syncs', path: '/syncs', shows: 'syncs-page' },
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
    begin: click('action-push'),
  },
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
  await page.getByTestId(shows).first().waitFor();
  await untilSettled(page);
}

describe.each([
  { language: 'zh-CN', colorScheme: 'light' },
  { language: 'en', colorScheme: 'dark' },
] as const)('$language, $colorScheme', (look) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await signedIn(browser, system, look);
  });
  afterAll(() => visitor?.context.close());

  test('every room opens without an error, and axe finds nothing serious', async () => {
    const found: Record<string, string[]> = {};
    for (const room of rooms()) {
      await openRoom(visitor.page, room);
      await shoot(visitor.page, `room-${room.name}-${look.language}`);
      const findings = [...(await axeFindings(visitor.page)), ...visitor.problems.splice(0)];
      if (findings.length > 0) found[room.name] = findings;
    }
    expect(found).toEqual({});
  });

  test('order page and exceptions fit on a phone', async () => {
    const { page } = visitor;
    await page.setViewportSize(PHONE);
    for (const room of rooms().filter(({ name }) => ['order', 'order-refused', 'exceptions'].includes(name))) {
      await openRoom(page, room);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      await shoot(page, `phone-${room.name}-${look.language}`, true);
      expect(await axeFindings(page)).toEqual([]);
    }
    expect(visitor.problems).toEqual([]);
  });
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
