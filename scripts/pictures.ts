import { join } from 'node:path';
import { YLH_PATHS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { prepareManyOrders } from '../bench/prepare-many-orders.ts';
import { signedIn, untilSettled } from '../e2e/_browser.ts';
import { eventually, IN_STOCK_HERE, post, startSystem, type System } from '../e2e/_system.ts';
import { PORT_VARIABLES, type PortName } from './stack/ports.ts';
import { printProgress } from './stack/progress.ts';
import { runToEnd } from './stack/run-to-end.ts';
import { buildClientForTests } from './tests/prepare-browser-tests.ts';
import { launchChromium } from './tests/launch-chromium.ts';

const ROOT = join(import.meta.dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');
/** Of a year, so that a day has some fifty. */
const ORDERS = 20_000;

const CASES = 5;
const CASES_WITHIN_MS = 30_000;

type Picture = {
  readonly name: string;
  readonly path: (shop: Shop) => string;
  /** Test id of what must be there before the picture is taken. */
  readonly shows: string;
  readonly dark?: true;
  readonly begin?: (page: Page) => Promise<void>;
};
/** What a picture shows by number or id. */
type Shop = { readonly toldMost: string; readonly payable: string; readonly callback: string };

const click = (id: string) => (page: Page) => page.getByTestId(id).first().click();
const PICTURES: readonly Picture[] = [
  { name: 'overview', path: () => '/overview', shows: 'overview-days-chart' },
  { name: 'order-list', path: () => '/orders', shows: 'orders-page', dark: true },
  { name: 'order-page', path: ({ toldMost }) => `/orders/${toldMost}`, shows: 'order-timeline' },
  {
    name: 'preflight',
    path: ({ payable }) => `/orders/${payable}`,
    shows: 'preflight',
    begin: click('action-push'),
  },
  { name: 'exceptions', path: () => '/exceptions', shows: 'case-list' },
  {
    name: 'callback',
    path: ({ callback }) => `/callbacks?callback=${callback}`,
    shows: 'signature-report',
    begin: click('explain-signature'),
  },
  { name: 'jobs', path: () => '/jobs', shows: 'jobs-page' },
  { name: 'payments', path: () => '/payments', shows: 'payments-page' },
  { name: 'haier-data', path: () => '/haier?codes=GA0SZC00U', shows: 'haier-answer' },
  { name: 'reconcile', path: () => '/reconcile', shows: 'reconcile-result', begin: click('reconcile-check') },
  { name: 'configuration', path: () => '/configuration', shows: 'configuration-source' },
  { name: 'audit', path: () => '/audit', shows: 'audit-page', dark: true },
  { name: 'health', path: () => '/health', shows: 'health-service-orders' },
];

// Pictures of the documents, of a shop with a year behind it and a day of the demo, in both languages.
const progress = printProgress();
await buildClientForTests(process.env, progress);
const browser = await launchChromium();
const system = await startSystem();
try {
  const shop = await progress.step('a shop with a year behind it', () => openShop(system));
  for (const language of ['en', 'zh-CN'] as const)
    await progress.step(`pictures in ${language}`, async (say) => {
      for (const picture of PICTURES) {
        say(picture.name);
        await take(picture, shop, language);
      }
    });
} finally {
  await browser.close();
  await system[Symbol.asyncDispose]();
}

async function openShop(shop: System): Promise<Shop> {
  const { stack, rows } = shop;
  const url = new URL(stack.databaseUrls.orders);
  [url.username, url.password] = ['postgres', stack.secrets.postgresPassword];
  const superuser = new pg.Client({ connectionString: url.href, options: '-c search_path=orders' });
  await superuser.connect();
  await prepareManyOrders(superuser, ORDERS);
  // Cases of that past can no longer be acted on.
  await superuser.query('delete from exceptions');
  await superuser.end();
  const ports = Object.fromEntries(
    Object.entries(PORT_VARIABLES).map(([name, variable]) => [variable, new URL(stack.urls[name as PortName]).port]),
  );
  await runToEnd({
    name: 'the demo',
    command: process.execPath,
    args: [join(ROOT, 'scripts', 'demo.ts')],
    cwd: ROOT,
    env: { ...process.env, ...ports, DATA_DIR: stack.settings.dataDir, NO_COLOR: '1' },
    logFile: join(stack.settings.dataDir, 'demo.log'),
  });
  const payable = await makeABusyHour(shop);
  const one = async (sql: string) => Object.values((await rows<Record<string, string>>(sql))[0]!)[0]!;
  return {
    payable,
    toldMost: await one(
      `select o.order_number from orders o join state_changes c on c.order_id = o.id
        where o.haier_status = 'confirmed' and o.status in ('shipped', 'completed')
        group by o.order_number order by count(*) desc limit 1`,
    ),
    callback: await one(
      `select public_id from callbacks where provider = 'haier' and outcome = 'applied' order by received_at desc limit 1`,
    ),
  };
}

/** Orders that go well and orders that want somebody. Answers one that is paid and may be pushed. */
async function makeABusyHour(shop: System) {
  const desk = await shop.staff();
  const paid = async () => {
    const { orderNumber } = await shop.place({ address: IN_STOCK_HERE });
    await shop.buyerPays(await shop.openPayment(orderNumber));
    return orderNumber;
  };
  const push = (orderNumber: string) => desk.change('orders', 'order.push', { orderNumber }).catch(() => undefined);
  for (const text of ['该区县暂不支持配送', '该区县暂不支持配送', '账户余额不足', undefined, undefined, undefined]) {
    if (text) await shop.control('faults', { match: YLH_PATHS.create, fault: 'success-false', text });
    await push(await paid());
  }
  for (let wrong = 0; wrong < 2; wrong += 1) {
    const { orderNumber } = await shop.place({ address: IN_STOCK_HERE });
    await post(shop.paymentCallback(await shop.openPayment(orderNumber), { amount: '1.00' }));
  }
  await desk.change('integrations', 'sync.start', { type: 'products', prices: true, stock: true });
  const payable = await paid();
  await eventually(async () => {
    const cases = await shop.rows(`select 1 from exceptions where status = 'open'`);
    return cases.length >= CASES || undefined;
  }, CASES_WITHIN_MS);
  return payable;
}

async function take({ name, path, shows, dark, begin }: Picture, shop: Shop, language: 'en' | 'zh-CN') {
  const { page, context } = await signedIn(browser, system, { language, colorScheme: dark ? 'dark' : 'light' });
  await page.goto(system.urls.admin + path(shop));
  await begin?.(page);
  const shown = page.getByTestId(shows).first();
  await shown.waitFor();
  await shown.scrollIntoViewIfNeeded();
  await untilSettled(page);
  const file = `${name}${language === 'en' ? '' : `.${language}`}.png`;
  await page.screenshot({ path: join(IMAGES, file), animations: 'disabled' });
  await context.close();
}
