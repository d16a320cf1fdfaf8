import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fetchBothLanguages, newPage, openBrowser, SCREENSHOTS, shoot, signedIn } from './_browser.ts';
import { clickAction } from './_order-actions.ts';
import { startSystem, type System } from './_system.ts';

/** Pages look again every 15 s at the latest, and a service takes a while to start. */
const RECOVERS_WITHIN_MS = 60_000;

type Room = {
  path: string;
  /** Begins the test id of what stands there when all is well. */
  shows: string;
};
const OF_ORDERS: readonly Room[] = [
  { path: '/orders', shows: 'order-row-' },
  { path: '/exceptions', shows: 'all-well' },
  { path: '/callbacks', shows: 'callback-row-' },
  { path: '/payments', shows: 'payments-row-' },
  { path: '/payments?tab=refunds', shows: 'refunds-row-' },
  { path: '/products', shows: 'products-row-' },
  { path: '/products?tab=log', shows: 'filter-change' },
  { path: '/staff', shows: 'staff-edit-admin' },
  { path: '/staff?tab=sessions', shows: 'session-row-' },
  { path: '/staff?tab=tokens', shows: 'token-row-' },
  { path: '/audit', shows: 'audit-row-' },
];
const OF_INTEGRATIONS: readonly Room[] = [
  { path: '/haier?tab=balance', shows: 'haier-balance-sum' },
  { path: '/jobs', shows: 'job-row-' },
  { path: '/jobs?tab=batches', shows: 'batch-row-' },
  { path: '/syncs', shows: 'syncs-row-' },
  { path: '/configuration', shows: 'configuration-source' },
];
const OVERVIEW: Room = { path: '/overview', shows: 'overview-upstream-haier' };
/** Asks nobody anything before its button is pressed. */
const RECONCILE: Room = { path: '/reconcile', shows: 'reconcile-check' };
const HEALTH: Room = { path: '/health', shows: 'health-service-orders' };

type Cause = 'network' | 'orders' | 'integrations';
/** What every page says, whatever it shows: the cause, what works all the same, how old it is, and that it recovers. */
const SAID: Readonly<Record<Cause, RegExp>> = {
  network: /连不上服务器.*已打开的内容仍可查看.*页面数据截至 \d\d:\d\d:\d\d（UTC\+8）.*自动更新/s,
  orders: /订单服务没有应答.*网关照常接收并保存回调.*页面数据截至 \d\d:\d\d:\d\d（UTC\+8）.*自动更新/s,
  integrations: /对接服务没有应答.*订单、支付、退款、回调和异常照常可用.*截至 \d\d:\d\d:\d\d（UTC\+8）.*自动更新/s,
};

let system: System;
let browser: Browser;
let order: Room;
let doorKeys: Awaited<ReturnType<BrowserContext['storageState']>>;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  const staff = await system.staff();
  const [orderNumber, toRefund] = [await system.paidOrder(), await system.paidOrder()];
  await staff.change('orders', 'order.pushMany', { orderNumbers: [orderNumber] });
  await staff.change('orders', 'order.requestRefund', { orderNumber: toRefund, reason: '买家不想要了' });
  await staff.change('orders', 'token.create', { name: '商城', scopes: ['orders.place'] });
  await staff.change('integrations', 'sync.start', { type: 'products' });
  order = { path: `/orders/${orderNumber}`, shows: 'order-actions' };
  const { context } = await signedIn(browser, system);
  doorKeys = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

type Opened = Room & { page: Page; context: BrowserContext; loads: () => number };

/** A browser window for each room: a browser keeps six connections to one house, and each page holds one. */
async function openAll(rooms: readonly Room[]): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const room of rooms) {
    const page = await newPage(browser, { storageState: doorKeys });
    const context = page.context();
    onTestFinished(() => context.close());
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(`${system.urls.admin}${room.path}`);
    opened.push({ ...room, page, context, loads: () => loads });
  }
  await Promise.all(opened.map(wellAgain));
  return opened;
}

const shown = ({ page, shows }: Opened): Locator => page.locator(`[data-testid^="${shows}"]`).first();
const failure = ({ page }: Opened): Locator => page.getByTestId('failure-notice').first();
const indicator = ({ page }: Opened, phase: string): Locator =>
  page.locator(`[data-testid=live-indicator][data-phase=${phase}]`);

const banner = ({ page }: Opened): Locator => page.getByTestId('outage-banner');

/** Says over its content what is wrong, and no other cause. */
async function saysWhatIsWrong(opened: Opened, cause: Cause): Promise<void> {
  await opened.page.locator(`[data-testid=outage-banner][data-cause=${cause}]`).waitFor({ timeout: 40_000 });
  // What else is away for a moment on a busy machine is named too, and goes again.
  await expect.poll(() => banner(opened).innerText(), { timeout: 40_000, message: opened.path }).toMatch(SAID[cause]);
}

/** Its content is there, nothing is said to be wrong, and the feed is live. */
async function wellAgain(opened: Opened): Promise<void> {
  const timeout = RECOVERS_WITHIN_MS;
  try {
    await shown(opened).waitFor({ timeout });
    await failure(opened).waitFor({ state: 'detached', timeout });
    await banner(opened).waitFor({ state: 'detached', timeout });
    await indicator(opened, 'live').waitFor({ timeout });
  } catch (error) {
    throw new Error(`${opened.path} is not well: ${await opened.page.locator('body').innerText()}`, { cause: error });
  }
}

const inAll = (opened: readonly Opened[], work: (one: Opened) => Promise<unknown>) => Promise.all(opened.map(work));
const rooms = () => [OVERVIEW, ...OF_ORDERS, order, ...OF_INTEGRATIONS, RECONCILE, HEALTH];
const at = (opened: readonly Opened[], { path }: Room): Opened => opened.find((one) => one.path === path)!;

test('with orders stopped every page says so, keeps what it has, and recovers by itself', async () => {
  const opened = await openAll(rooms());
  await system.stop('orders');
  try {
    await inAll(opened, (one) => indicator(one, 'reconnecting').waitFor());
    await inAll(opened, (one) => saysWhatIsWrong(one, 'orders'));
    // What was read stays to be read, with a word that it is old where a page looks by itself.
    await inAll(opened, (one) => shown(one).waitFor());
    await failure(at(opened, OVERVIEW)).waitFor();
    await at(opened, HEALTH).page.locator('[data-testid=health-state-orders][data-state=down]').waitFor();
    await shoot(at(opened, OVERVIEW).page, 'outage-orders-overview');
    await shoot(at(opened, HEALTH).page, 'outage-orders-health');
    await shoot(at(opened, order).page, 'outage-orders-order');

    // Whoever comes now has nothing older to look at.
    const comers = opened.filter((one) => OF_ORDERS.includes(OF_ORDERS.find(({ path }) => path === one.path)!));
    await inAll(comers, ({ page }) => page.reload());
    await inAll(comers, (one) => failure(one).getByText('订单服务暂时连接不上').waitFor());
    await shoot(comers[0]!.page, 'outage-orders-reloaded');
    // Nobody can say who they are; which services answer, they may know all the same.
    const { page } = at(opened, HEALTH);
    await page.reload();
    await page.locator('[data-testid=service-state-orders][data-state=down]').waitFor();
    await page.locator('[data-testid=service-state-gateway][data-state=healthy]').waitFor();
    await page.locator('[data-testid=service-state-integrations][data-state=healthy]').waitFor();
    await shoot(page, 'outage-orders-health-reloaded');
    await comers[0]!.page.getByTestId('to-service-states').waitFor();
    const loads = opened.map((one) => one.loads());
    await system.start('orders');
    await inAll(opened, wellAgain);
    expect(opened.map((one) => one.loads())).toEqual(loads);
  } finally {
    await system.start('orders');
  }
});

test('with integrations stopped its pages say so, orders go on, and everything recovers by itself', async () => {
  const opened = await openAll(rooms());
  const [balance, ...lists] = OF_INTEGRATIONS.map((room) => at(opened, room));
  await system.stop('integrations');
  try {
    await inAll(opened, (one) => saysWhatIsWrong(one, 'integrations'));
    await inAll([at(opened, OVERVIEW), ...lists], (one) => failure(one).waitFor());
    await balance!.page.getByTestId('ask-submit').click();
    await balance!.page.getByTestId('haier-failure').waitFor();
    await at(opened, HEALTH).page.locator('[data-testid=health-state-integrations][data-state=down]').waitFor();
    const { page } = at(opened, order);
    await page.reload();
    await page.getByTestId('timeline-without-jobs').waitFor();
    await shown(at(opened, order)).waitFor();
    await shoot(page, 'outage-integrations-order');
    await shoot(at(opened, OVERVIEW).page, 'outage-integrations-overview');
    await shoot(balance!.page, 'outage-integrations-haier');
    await shoot(lists[0]!.page, 'outage-integrations-jobs');
    const loads = opened.map((one) => one.loads());
    await system.start('integrations');
    await inAll(opened, wellAgain);
    await page.getByTestId('timeline-without-jobs').waitFor({ state: 'detached', timeout: RECOVERS_WITHIN_MS });
    expect(opened.map((one) => one.loads())).toEqual(loads);
  } finally {
    await system.start('integrations');
  }
});

test('with the network gone every page says so, an act is refused in words, and all recover by themselves', async () => {
  const opened = await openAll(rooms());
  await inAll(
    [order, OF_ORDERS[0]!].map((room) => at(opened, room)),
    ({ page }) => fetchBothLanguages(page),
  );
  await inAll(opened, ({ context }) => context.setOffline(true));
  await inAll(opened, (one) => indicator(one, 'reconnecting').waitFor());
  await inAll(opened, (one) => saysWhatIsWrong(one, 'network'));
  await inAll(opened, (one) => shown(one).waitFor());
  const { page } = at(opened, order);
  await clickAction(page, 'addNote');
  await page.getByTestId('verb-note').fill('网络断了');
  await page.getByTestId('verb-confirm').click();
  await page.getByTestId('verb-error').waitFor();
  await shoot(page, 'outage-network-act');
  await page.getByTestId('verb-cancel').click();
  await shoot(at(opened, OF_ORDERS[0]!).page, 'outage-network-orders');

  await inAll(opened, ({ context }) => context.setOffline(false));
  await inAll(opened, wellAgain);
  expect(opened.map((one) => one.loads())).toEqual(opened.map(() => 1));
  expect(await system.rows(`select 1 from orders where note = '网络断了'`)).toEqual([]);
});

test('what is first opened while the network is gone waits for it, and then opens by itself', async () => {
  const [opened] = await openAll([OVERVIEW]);
  const { page, context } = opened!;
  await context.setOffline(true);
  await saysWhatIsWrong(opened!, 'network');
  await page.keyboard.press('Control+k');
  await page.getByTestId('on-its-way').waitFor();
  await page.getByTestId('nav-products').click();
  await page.waitForURL('**/products');
  await page.getByTestId('loading').waitFor();
  await page.getByTestId('language-switch').click();
  await page.getByTestId('language-switch').locator('.ant-btn-loading-icon').waitFor();
  const onItsWay = page.getByTestId('on-its-way');
  await expect.poll(() => onItsWay.evaluate((element) => getComputedStyle(element).opacity)).toBe('1');
  await expect(onItsWay.boundingBox()).resolves.toMatchObject({ y: expect.toSatisfy((y: number) => y > 700) });
  await page.screenshot({ path: join(SCREENSHOTS, 'outage-network-room.png') });

  await context.setOffline(false);
  const within = { timeout: RECOVERS_WITHIN_MS };
  await page.locator('html[lang=en]').waitFor({ state: 'attached', ...within });
  await page.getByTestId('palette-input').waitFor(within);
  await page.locator('[data-testid^=products-row-]').first().waitFor(within);
  await banner(opened!).waitFor({ state: 'detached', ...within });
  expect(await page.getByTestId('crash-notice').count()).toBe(0);
});
