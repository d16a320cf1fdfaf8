import pg from 'pg';
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeasuredVisit, measureVisit } from '../bench/measure-web.ts';
import { prepareManyOrders } from '../bench/prepare-many-orders.ts';
import { percentileOf } from '../bench/report.ts';
import { launchChromium } from '../scripts/tests/launch-chromium.ts';
import { startSystem, type System } from './_system.ts';

const ORDERS = 100_000;
const MOST_SCRIPT_BYTES = 300_000;
/** What the page fetches before it can be used, each a wait for the server that other work may make long. */
const MOST_FILES = 24;
const VISITS = 4;
const NEXT_PAGES = 3;

let system: System;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), launchChromium()]);
  const url = new URL(system.stack.databaseUrls.orders);
  [url.username, url.password] = ['postgres', system.stack.secrets.postgresPassword];
  const superuser = new pg.Client({ connectionString: url.href, options: '-c search_path=orders' });
  await superuser.connect();
  await prepareManyOrders(superuser, ORDERS);
  await superuser.end();
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
});

test.each(['zh-CN', 'en'])('the first load of the order list is at most 300 kB of script, in %s', async (locale) => {
  const { orderNumber } = await system.place();
  const context = await browser.newContext({ locale });
  // Signs in past the page, so that the browser has nothing in its cache.
  const signedIn = await context.request.post(`${system.urls.admin}/trpc/orders/session.signIn`, {
    headers: { origin: system.urls.admin },
    data: { username: 'admin', password: system.stack.secrets.ADMIN_PASSWORD },
  });
  expect(signedIn.status()).toBe(200);
  const page = await context.newPage();
  const files: Request[] = [];
  const calls: string[] = [];
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/assets/')) files.push(request);
    else calls.push(pathname);
  });
  await page.goto(`${system.urls.admin}/orders`);
  await page.getByTestId(`order-row-${orderNumber}`).waitFor();
  await page.waitForLoadState('load');

  const scripts = files.filter((request) => request.resourceType() === 'script');
  const bytes = await Promise.all(
    scripts.map(async (request) => {
      const response = await request.response();
      expect(response?.headers()).toMatchObject({
        'content-encoding': 'br',
        'cache-control': expect.stringContaining('immutable'),
      });
      return Number(response!.headers()['content-length']);
    }),
  );
  expect(bytes.length).toBeGreaterThan(1);
  expect(bytes.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  // Asked for in the head of the page, and not a second time by its scripts.
  expect(calls.filter((path) => path.endsWith('/session.current'))).toHaveLength(1);
  await context.close();
});

test('100,000 orders are listed and paged through', async () => {
  const web = { url: system.urls.admin, cookie: await signInCookie() };
  const visits: MeasuredVisit[] = [];
  for (let visit = 0; visit < VISITS; visit++) visits.push(await measureVisit(browser, web, NEXT_PAGES));

  const p95 = (times: number[]) => percentileOf(times, 0.95).toFixed(0);
  const nextPages = visits.flatMap(({ nextPageMs }) => nextPageMs);
  expect(nextPages).toHaveLength(VISITS * NEXT_PAGES);
  // How long things take beside other tests says little; the benchmark holds its figures against what is promised.
  process.stdout.write(
    `    ${ORDERS} orders: interactive p95 ${p95(visits.map(({ interactiveMs }) => interactiveMs))} ms, ` +
      `next page p95 ${p95(nextPages)} ms\n`,
  );
});

async function signInCookie(): Promise<string> {
  const response = await fetch(`${system.urls.admin}/trpc/orders/session.signIn`, {
    method: 'POST',
    headers: { origin: system.urls.admin, 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: system.stack.secrets.ADMIN_PASSWORD }),
  });
  return response.headers.getSetCookie()[0]!.split(';', 1)[0]!;
}
