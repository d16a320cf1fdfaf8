import { type Browser, chromium, type Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../scripts/stack/progress.ts';
import { findChromium } from '../scripts/tests/find-chromium.ts';
import { startSystem, type System } from './_system.ts';

const MOST_SCRIPT_BYTES = 300_000;

let system: System;
let browser: Browser;
beforeAll(async () => {
  const executablePath = await findChromium(process.env, silent);
  [system, browser] = await Promise.all([
    startSystem(),
    chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] }),
  ]);
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
  const scripts: Request[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') scripts.push(request);
  });
  await page.goto(`${system.urls.admin}/orders`);
  await page.getByTestId(`order-row-${orderNumber}`).waitFor();
  await page.waitForLoadState('load');

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
  await context.close();
});
