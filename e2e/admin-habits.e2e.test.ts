import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  atTheDoor,
  fetchBothLanguages,
  openBrowser,
  shoot,
  signedIn,
  untilSettled,
  untilStatus,
  type Visitor,
} from './_browser.ts';
import { clickAction } from './_order-actions.ts';
import { eventually, forEachOf, startSystem, type System } from './_system.ts';

const WAIT_MS = 30_000;
const ORDERS = 25;
const PHONE = '13987654321';

let system: System;
let browser: Browser;
let visitor: Visitor;
let page: Page;
/** The newest first, as the list shows them. */
let placed: string[];
let pushed: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  await forEachOf(Array.from({ length: ORDERS }), 5, async () => void (await system.place()));
  pushed = await pushedOrder();
  const rows = await system.rows<{ order_number: string }>(`select order_number from orders order by id desc`);
  placed = rows.map((row) => row.order_number);
  visitor = await signedIn(browser, system);
  ({ page } = visitor);
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

const byId = (id: string) => page.getByTestId(id);
const go = (path: string) => page.goto(`${system.urls.admin}${path}`);
const rowsShown = () => page.locator('[data-testid^=order-row-]');
const untilFirstIs = (orderNumber: string) =>
  page.locator(`tbody tr:first-child[data-testid="order-row-${orderNumber}"]`).waitFor();

/** The only order with a phone and an order number of Haier's. */
async function pushedOrder(): Promise<string> {
  const address = {
    contactName: '李小红',
    phone: PHONE,
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    detail: '海尔路 8 号',
    countyCode: '370212',
  };
  const orderNumber = await system.paidOrder({ address });
  const staff = await system.staff();
  await staff.change('orders', 'order.push', { orderNumber });
  await eventually(async () => {
    const confirmed = await system.rows(`select 1 from orders where order_number = $1 and haier_order_no is not null`, [
      orderNumber,
    ]);
    return confirmed.length > 0 || undefined;
  }, WAIT_MS);
  return orderNumber;
}

test('filter, sequence and page of a list live in its address, and survive a reload and the way back', async () => {
  await go('/orders');
  await untilFirstIs(placed[0]!);
  await byId('filter-status').click();
  await page.keyboard.type('待支付');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  const pending = placed.filter((orderNumber) => orderNumber !== pushed);
  await untilFirstIs(pending[0]!);
  await byId('sort-createdAt').click();
  await untilFirstIs(pending.at(-1)!);
  await byId('page-next').click();
  const secondPage = pending.toReversed()[20]!;
  await untilFirstIs(secondPage);

  const address = new URL(page.url());
  expect(address.pathname).toBe('/orders');
  expect(address.searchParams.getAll('status')).toEqual(['pending']);
  expect(address.searchParams.get('sort')).toBe('oldest');
  expect(address.searchParams.get('cursor')).toBeTruthy();
  await page.reload();
  await untilFirstIs(secondPage);
  expect(await rowsShown().count()).toBe(pending.length - 20);
  await shoot(page, 'list-second-page');

  await page.locator(`a[href="/orders/${secondPage}"]`).first().click();
  await byId('order-page').waitFor();
  await page.goBack();
  await untilFirstIs(secondPage);
  await page.goBack();
  await untilFirstIs(pending.at(-1)!);
  await page.goBack();
  await untilFirstIs(pending[0]!);
  await page.goForward();
  await untilFirstIs(pending.at(-1)!);
  expect(visitor.problems).toEqual([]);
});

test('a view of the list is kept under a name, found again after a reload, and removed', async () => {
  await go('/orders?status=pending&sort=oldest');
  await byId('view-save').click();
  await byId('view-name').fill('最早待支付');
  await byId('view-keep').click();
  const own = byId('saved-views').getByRole('link', { name: '最早待支付' });
  await own.waitFor();
  await shoot(page, 'view-kept');
  await go('/orders');
  await untilFirstIs(placed[0]!);
  await own.click();
  await untilFirstIs(placed.at(-1)!);
  expect(new URL(page.url()).search).toBe('?status=pending&sort=oldest');
  expect(await own.getAttribute('aria-current')).toBe('page');
  // It belongs to the account, not to the browser.
  const elsewhere = await signedIn(browser, system);
  await elsewhere.page.goto(`${system.urls.admin}/orders`);
  await elsewhere.page.getByTestId('saved-views').getByRole('link', { name: '最早待支付' }).waitFor();
  await elsewhere.context.close();
  await byId('saved-views').getByRole('button', { name: '最早待支付' }).click();
  await own.waitFor({ state: 'detached' });
  await page.reload();
  await byId('view-save').waitFor();
  expect(await own.count()).toBe(0);
  expect(visitor.problems).toEqual([]);
});

test('Ctrl+K finds an order by its number, by that of Haier and by the end of a phone, and Enter opens it', async () => {
  const [order] = await system.rows<{ haier_order_no: string }>(
    `select haier_order_no from orders where order_number = $1`,
    [pushed],
  );
  for (const [room, text] of [
    ['/overview', pushed],
    ['/jobs', order!.haier_order_no],
    ['/orders', PHONE.slice(-4)],
  ] as const) {
    await go(room);
    await byId('user-menu').waitFor();
    await page.keyboard.press('Control+k');
    await byId('palette-input').fill(text);
    await byId(`palette-order-${pushed}`).waitFor();
    expect(await byId(`palette-order-${pushed}`).innerText()).not.toContain(PHONE);
    await untilSettled(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/orders/${pushed}`);
    await byId('order-page').waitFor();
  }
  expect(visitor.problems).toEqual([]);
});

test('who has only a keyboard signs in, opens an order and writes a note, and sees where they are', async () => {
  const { context, page: keys, problems } = await atTheDoor(browser, system);
  const { keyboard } = keys;
  await keys.locator('[data-testid=sign-in-username]:focus').waitFor();
  await keyboard.type('admin');
  await tabTo(keys, 'sign-in-password');
  await keyboard.type(system.stack.secrets.ADMIN_PASSWORD);
  await tabTo(keys, 'sign-in-submit');
  await keyboard.press('Enter');
  await keys.getByTestId('user-menu').waitFor();

  await tabTo(keys, 'nav-orders');
  await keyboard.press('Enter');
  const row = keys.getByTestId(`order-row-${placed[1]}`);
  await row.waitFor();
  await tabTo(keys, `order-row-${placed[1]}`, 'a');
  await shoot(keys, 'keyboard-list');
  await keyboard.press('Enter');
  await keys.getByTestId('order-actions').waitFor();
  await tabTo(keys, 'action-addNote');
  await keyboard.press('Enter');
  await tabTo(keys, 'verb-note');
  await keyboard.type('只用键盘写下');
  await tabTo(keys, 'verb-confirm');
  await shoot(keys, 'keyboard-note');
  await keyboard.press('Enter');
  await keys.getByTestId('order-basics').getByText('只用键盘写下').waitFor();
  await keys.getByTestId('verb-confirm').waitFor({ state: 'detached' });
  // Who closes a dialog is where they opened it.
  await keys.locator('[data-testid=action-addNote]:focus').waitFor();
  expect(problems).toEqual([]);
  await context.close();
});

test('nothing moves for whoever asked their system for that, at once, and what they typed stays', async () => {
  const changesIn = () => page.evaluate(() => getComputedStyle(document.body).transitionDuration);
  try {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await go(`/orders/${pushed}`);
    await clickAction(page, 'addNote');
    await byId('verb-note').fill('周末送货');
    await untilSettled(page);
    expect(await changesIn()).toBe('0s');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await changesIn()).toBe('0.001s');
    await untilSettled(page);
    expect(await byId('verb-note').inputValue()).toBe('周末送货');
    await byId('verb-cancel').click();
    await byId('verb-cancel').waitFor({ state: 'detached' });
  } finally {
    await page.emulateMedia({ reducedMotion: 'reduce' });
  }
});

test('what is typed into a filter is looked for and stands in the address, on a phone too', async () => {
  await go('/orders');
  await byId('filter-q').fill(` ${placed[3]!} `);
  await untilFirstIs(placed[3]!);
  await expect.poll(() => rowsShown().count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('q')).toBe(placed[3]);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('filter-q');
  await byId('filter-reset').click();
  await untilFirstIs(placed[0]!);
  await expect.poll(() => byId('filter-q').inputValue()).toBe('');

  const phone = await signedIn(browser, system, { width: 390 });
  await phone.page.goto(`${system.urls.admin}/orders`);
  await phone.page.getByTestId('filter-toggle').click();
  const from = phone.page.getByTestId('filter-created').locator('input').first();
  await from.fill('2020-01-01');
  await phone.page.waitForURL(/[?&]from=2020-01-01/);
  await phone.page.getByTestId('filter-toggle').getByText('1').waitFor();
  await phone.page.getByTestId('filter-reset').click();
  await phone.page.waitForURL(/orders$/);
  await expect.poll(() => from.inputValue()).toBe('');
  expect([...visitor.problems, ...phone.problems]).toEqual([]);
  await phone.context.close();
});

test('the list is taken away as a file with a head, and with nobody to be recognised in it', async () => {
  await go(`/orders?q=${PHONE.slice(-4)}`);
  await byId(`order-row-${pushed}`).waitFor();
  await byId('export-orders').click();
  await byId('export-effects').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), byId('export-confirm').click()]);
  expect(download.suggestedFilename()).toMatch(/^orders-\d+\.csv$/);
  const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(head).toContain('订单号,订单状态,海尔状态');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(pushed);
  expect(lines[0]).toContain('139****4321');
  for (const secret of [PHONE, '李小红', '海尔路 8 号']) expect(lines[0]).not.toContain(secret);
  expect(visitor.problems).toEqual([]);
});

test('cut off, the list says since when it stands still; back, it goes on by itself and misses nothing', async () => {
  const { context, page: live, problems } = await signedIn(browser, system);
  const phase = (name: string) => live.locator(`[data-testid=live-indicator][data-phase=${name}]`);
  await live.goto(`${system.urls.admin}/orders`);
  await phase('live').waitFor();
  let loads = 0;
  live.on('load', () => (loads += 1));
  const [changing, opened] = placed as [string, string];
  const before = await system.openPayment(opened);
  await fetchBothLanguages(live);
  await context.setOffline(true);
  await phase('reconnecting').waitFor({ timeout: WAIT_MS });
  expect(await live.getByTestId('live-indicator').innerText()).toMatch(/\d\d:\d\d.* 起重连中/);
  await shoot(live, 'live-cut-off');
  await system.buyerPays(before);
  const { orderNumber: fresh } = await system.place();
  await expect
    .poll(() => system.rows(`select 1 from orders where order_number = $1 and status = 'paid'`, [opened]), {
      timeout: WAIT_MS,
    })
    .toHaveLength(1);
  expect(await live.locator(`[data-testid="status-${opened}"][data-status=pending]`).count()).toBe(1);

  await context.setOffline(false);
  await phase('live').waitFor({ timeout: WAIT_MS });
  await untilStatus(live, opened, 'paid');
  await live.getByTestId(`order-row-${fresh}`).waitFor();
  await live.getByTestId(`order-row-${changing}`).waitFor();
  expect(loads).toBe(0);
  expect(problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  await context.close();
});

test('personal data is shown for a purpose only, and who saw it stands in the audit', async () => {
  await go(`/orders/${pushed}`);
  await byId('order-address').getByTestId('action-reveal').click();
  await byId('verb-confirm').click();
  await page.getByText('请填写').waitFor();
  expect(await system.rows(`select 1 from audit_entries where action = 'personal_data_revealed'`)).toEqual([]);
  await byId('verb-purpose').fill('核对送货地址');
  await byId('verb-confirm').click();
  await byId('reveal-result').getByText(PHONE).waitFor();
  await untilSettled(page);
  await shoot(page, 'revealed');
  await byId('verb-confirm').click();
  await page.getByText(PHONE).waitFor({ state: 'detached' });

  await go('/audit?action=personal_data_revealed');
  const entry = page.locator('[data-testid^=audit-row-]', { hasText: pushed });
  await entry.waitFor();
  expect(await page.locator('[data-testid^=audit-row-]').count()).toBe(1);
  await entry.locator('[data-testid^=audit-open-]').click();
  await page.locator('.record-drawer').getByText('核对送货地址').waitFor();
  expect(await page.locator('.record-drawer').innerText()).not.toContain(PHONE);
  await untilSettled(page);
  await shoot(page, 'reveal-in-audit');
  expect(visitor.problems).toEqual([]);
});

/** More stops than a page has. */
const STOPS_MOST = 120;

/** Goes with Tab to the element of this id, or to the first such one within it; every stop on the way has to be seen. */
async function tabTo(keys: Page, testId: string, within = ''): Promise<void> {
  const target = keys.locator(`[data-testid="${testId}"] ${within}`.trim()).first();
  await target.waitFor({ state: 'attached' });
  for (let stops = 0; stops < STOPS_MOST; stops += 1) {
    await keys.keyboard.press('Tab');
    // Some take a moment to draw their ring.
    await keys.waitForFunction(isFocusSeen).catch(async () => {
      const where = await keys.evaluate(() => document.activeElement?.outerHTML.slice(0, 300));
      throw new Error(`nothing shows that this has the focus: ${where}`);
    });
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the keyboard does not come to ${testId}`);
}

/** Whether a ring shows where the focus is: around it, or around the field that frames it. Runs in the page. */
function isFocusSeen(): boolean {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return true;
  const isOutlined = (element: Element | null): boolean => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  };
  const field = focused.closest('.ant-select, .ant-input-affix-wrapper') ?? focused.closest('.ant-input');
  return (
    isOutlined(focused) ||
    isOutlined(focused.parentElement) ||
    (field !== null && getComputedStyle(field).boxShadow !== 'none')
  );
}
