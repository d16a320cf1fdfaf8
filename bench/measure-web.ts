import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Where the admin web answers, and the cookie of somebody who is signed in. */
export type MeasuredWeb = { readonly url: string; readonly cookie: string };

const VIEWPORT = { width: 1280, height: 860 };
const ROW = '[data-testid^="order-row-"]';
const WITHIN_MS = 30_000;

/** What a browser that was never here before makes of the order list. */
export type MeasuredVisit = {
  /** JavaScript as it came over the wire, in kB of 1,000 bytes. */
  readonly scriptKb: number;
  /** From the start of the navigation until a row that was clicked shows it. */
  readonly interactiveMs: number;
  /** From each click on "next page" until the rows of that page are painted. */
  readonly nextPageMs: readonly number[];
};

/** Opens the order list with an empty cache, ticks an order, and goes on so many pages. */
export async function measureVisit(browser: Browser, web: MeasuredWeb, nextPages: number): Promise<MeasuredVisit> {
  const context = await signedInContext(browser, web);
  try {
    const page = await context.newPage();
    await page.goto(`${web.url}/orders`, { waitUntil: 'commit' });
    await page.locator(`${ROW} input[type=checkbox]`).first().click({ timeout: WITHIN_MS });
    await page.getByTestId('selection-bar').waitFor();
    const interactiveMs = await untilPainted(page);
    await page.getByTestId('clear-selection').click();
    await page.waitForLoadState('load');
    const scriptKb = await scriptBytes(page).then((bytes) => bytes / 1_000);
    const nextPageMs: number[] = [];
    for (let turned = 0; turned < nextPages; turned++) nextPageMs.push(await turnPage(page));
    return { scriptKb, interactiveMs, nextPageMs };
  } finally {
    await context.close();
  }
}

/** Shows 500 orders on one page, scrolls through them and back, and answers how long the longest task took meanwhile. */
export async function measureScroll(browser: Browser, web: MeasuredWeb): Promise<number> {
  const context = await signedInContext(browser, web);
  try {
    const page = await context.newPage();
    await page.goto(`${web.url}/orders?limit=500`);
    await page.locator(ROW).nth(499).waitFor({ state: 'attached', timeout: WITHIN_MS });
    await page.waitForLoadState('networkidle');
    await untilPainted(page);
    await page.evaluate(() => {
      const seen = { longestMs: 0 };
      Object.assign(globalThis, { seenTasks: seen });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, duration);
      }).observe({ entryTypes: ['longtask'] });
    });
    await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height / 2);
    for (const down of [1, -1]) {
      for (;;) {
        const before = await page.evaluate(() => scrollY);
        await page.mouse.wheel(0, down * SCROLL_STEP);
        await untilPainted(page);
        if ((await page.evaluate(() => scrollY)) === before) break;
      }
    }
    // Observers are told a moment later.
    await page.waitForTimeout(200);
    return await page.evaluate(
      () => (globalThis as unknown as { seenTasks: { longestMs: number } }).seenTasks.longestMs,
    );
  } finally {
    await context.close();
  }
}

/** A turn of the wheel with some swing. */
const SCROLL_STEP = 600;

async function signedInContext(browser: Browser, { url, cookie }: MeasuredWeb): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const [name, value] = cookie.split('=', 2);
  await context.addCookies([{ name: name!, value: value!, url }]);
  return context;
}

/** Ms since the navigation began when what the page shows now is on the screen. */
const untilPainted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      }),
  );

/** Script bytes on the wire, headers not counted. */
const scriptBytes = (page: Page): Promise<number> =>
  page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );

/** The page itself takes the time: from the click as the browser got it until another first row is painted. */
async function turnPage(page: Page): Promise<number> {
  const next = page.getByTestId('page-next');
  await next.and(page.locator(':enabled')).waitFor();
  const painted = page.evaluate(
    (row) =>
      new Promise<number>((resolve) => {
        const firstRow = () => document.querySelector(row)?.getAttribute('data-testid');
        const before = firstRow();
        let clickedAt = Number.NaN;
        addEventListener('click', ({ timeStamp }) => (clickedAt = timeStamp), { capture: true, once: true });
        const watch = new MutationObserver(() => {
          if (firstRow() === before || document.querySelector('.records[aria-busy="true"]')) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - clickedAt)));
        });
        watch.observe(document.body, { subtree: true, childList: true, attributes: true });
      }),
    ROW,
  );
  await next.click();
  return painted;
}
