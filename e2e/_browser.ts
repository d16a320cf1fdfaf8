import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { launchChromium } from '../scripts/tests/launch-chromium.ts';
import type { System } from './_system.ts';

export const SCREENSHOTS = join(import.meta.dirname, 'screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A page that does not get there in this time does not get there. */
const WAIT_MS = 20_000;
/** Characters that a failed test tells of its pages, all together. */
const SHOWN_MAX = 4_000;

const opened = new Set<Page>();

// A run that fails elsewhere leaves nothing but what it printed; a second error stands with the first at its end.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const shown = await Promise.all([...opened].map(whatItShows));
  if (shown.length > 0) throw new Error(shown.join('\n\n'));
});

/** What the browser itself reports of an answer that refuses, in our words, or says that something is away just now. */
const REFUSED = /status of (4\d\d|50[234])/;

export async function openBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  return launchChromium();
}

type Visit = {
  /** Default the first account of the house. */
  username?: string;
  password?: string;
  language?: Language;
  colorScheme?: 'light' | 'dark';
  width?: number;
};
export type Visitor = {
  context: BrowserContext;
  page: Page;
  /** Errors of the page and of its console, those aside that say that an answer refused or came from nobody. */
  problems: string[];
};

/** A page in a browser that was never here before and lives elsewhere on the globe. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    // What is clicked while it moves may be missed, and a picture of it differs each time.
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
    ...options,
  });
  const page = await context.newPage();
  opened.add(page);
  page.on('close', () => opened.delete(page));
  return page;
}

/** Somebody before the front door, in a browser of their own. */
export async function atTheDoor(browser: Browser, { urls }: System, visit: Visit = {}): Promise<Visitor> {
  const { colorScheme = 'light', width = 1280 } = visit;
  const page = await newPage(browser, { viewport: { width, height: 860 }, colorScheme });
  const context = page.context();
  context.setDefaultTimeout(WAIT_MS);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSED.test(message.text())) problems.push(message.text());
  });
  await page.goto(urls.admin);
  await page.getByTestId('sign-in-page').waitFor();
  if (visit.language) await speak(page, visit.language);
  return { context, page, problems };
}

/** Somebody who came in by the front door. */
export async function signedIn(browser: Browser, system: System, visit: Visit = {}): Promise<Visitor> {
  const visitor = await atTheDoor(browser, system, visit);
  await enter(visitor.page, system, visit);
  return visitor;
}

/** Gives name and password at the front door. */
export async function enter(page: Page, { stack }: System, visit: Visit = {}): Promise<void> {
  const { username = 'admin', password = stack.secrets.ADMIN_PASSWORD } = visit;
  await page.getByTestId('sign-in-username').fill(username);
  await page.getByTestId('sign-in-password').fill(password);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('user-menu').waitFor();
}

const LANGUAGES = ['zh-CN', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

/**
 * Keeps what the page shows in each of its four looks, as `e2e/screenshots/<name>-<language>-<light or dark>.png`. Throws
 * what axe finds serious or critical in any of them.
 */
export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  const findings = await look(page, name, fullPage);
  if (findings.length > 0) throw new Error(`${name}:\n${findings.join('\n')}`);
}

/** Keeps pictures as `shoot` does, and answers with what axe finds, one line each. */
export async function look(page: Page, name: string, fullPage = false): Promise<string[]> {
  const findings: string[] = [];
  for (const language of LANGUAGES) {
    await speak(page, language);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
      await untilStill(page);
      const seen = `${name}-${language}-${colorScheme}`;
      await page.screenshot({ path: join(SCREENSHOTS, `${seen}.png`), fullPage, animations: 'disabled' });
      findings.push(...(await axeFindings(page)).map((finding) => `${seen}: ${finding}`));
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await speak(page, LANGUAGES[0]);
  return findings;
}

/** Switches the language where the page stands, also behind a dialog. */
async function speak(page: Page, language: Language): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === language) return;
  await page.getByTestId('language-switch').dispatchEvent('click');
  await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
}

/** So that the page can be looked at in both languages when nothing can be fetched any more. */
export async function fetchBothLanguages(page: Page): Promise<void> {
  await speak(page, 'en');
  await speak(page, 'zh-CN');
}

/** Waits until the order wears this state of ours, wherever its tag stands. */
export const untilStatus = (page: Page, orderNumber: string, status: string): Promise<void> =>
  page.locator(`[data-testid="status-${orderNumber}"][data-status="${status}"]`).first().waitFor();

/** Waits until nothing is loading and nothing moves any more. */
export async function untilSettled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('[data-testid=loading], [aria-busy=true], .ant-spin-spinning') === null,
  );
  await untilStill(page);
}

/** Waits until nothing moves that comes to an end. */
async function untilStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity),
  );
}

/** What axe finds serious or critical on the page as it is, one line each. */
async function axeFindings(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    { resultTypes: ['violations'] } satisfies RunOptions,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
}

/** How far the page can be scrolled sideways in either language, in CSS pixels. */
export async function sidewaysScroll(page: Page): Promise<number> {
  let most = 0;
  for (const language of LANGUAGES) {
    await speak(page, language);
    const scroll = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    most = Math.max(most, scroll);
  }
  await speak(page, LANGUAGES[0]);
  return most;
}

/** Where a page stands and what it says, in its dialogs first, for whoever reads of a failure. */
async function whatItShows(page: Page): Promise<string> {
  try {
    const dialogs = await page.getByRole('dialog').allInnerTexts();
    const rest = await page.locator('main, body').last().innerText({ timeout: 2_000 });
    const said = [...dialogs.map((dialog) => `[dialog] ${dialog}`), rest].join('\n').slice(0, SHOWN_MAX / opened.size);
    return `When it failed, the page at ${page.url()} showed:\n${said}`;
  } catch (error) {
    return `When it failed, nothing could be read from the page at ${page.url()}: ${String(error)}`;
  }
}
