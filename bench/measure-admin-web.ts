import { join } from 'node:path';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { buildAdminWeb } from '../scripts/stack/build-admin-web.ts';
import { launchChromium } from '../scripts/tests/launch-chromium.ts';
import { type AskedShop, type ListTimes, measureOrderLists } from './measure-order-list.ts';
import { type MeasuredVisit, type MeasuredWeb, measureScroll, measureVisit } from './measure-web.ts';
import { type ListCall, orderListCalls } from './order-list-calls.ts';
import { signIn } from './platforms.ts';
import { prepareManyOrders } from './prepare-many-orders.ts';
import { percentileOf, rounded, type Spread, spreadOf } from './report.ts';
import type { BenchStack } from './stack.ts';

const WEB_ORDERS = 100_000;
const SMALL_SHOP = 10_000;
const LARGE_SHOP = 1_000_000;
const ROUNDS = 3;
/** Of a round, each a browser with an empty cache. */
const VISITS = 20;
const NEXT_PAGES = 5;
const LIST_ROUNDS = 5;
/** Every kind of question so many times in a round. */
const LIST_REPEATS = 40;

/** Figures that are promised not to be exceeded. */
const CEILINGS = {
  orderListScriptKb: 300,
  orderListInteractiveP95Ms: 1_500,
  nextPageP95Ms: 300,
  scrollLongestTaskMs: 200,
  orderListApiP95LargeVsSmall: 1.5,
} as const;

type Figure = { readonly name: string; readonly spread: Spread; readonly atMost: number; readonly met: boolean };

/** The admin web in a real browser before 100,000 orders, and the order list of the API before few and very many. */
export async function measureAdminWeb(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
  return [...(await measureBrowser(stack, say)), ...(await measureApi(stack, say))];
}

async function measureBrowser(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
  say(`making ${WEB_ORDERS} orders and the admin web`);
  const shop = await openShop(stack, WEB_ORDERS);
  const url = await startAdminWeb(stack, shop.ordersUrl);
  const browser = await launchChromium();
  try {
    return await visitOften(browser, { url, cookie: shop.cookie }, say);
  } finally {
    await browser.close();
    await shop.close();
  }
}

async function visitOften(browser: Browser, web: MeasuredWeb, say: (line: string) => void): Promise<Figure[]> {
  // The first one finds every program cold.
  await measureVisit(browser, web, 1);
  const visits: MeasuredVisit[][] = [];
  const longestTasks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ofRound: MeasuredVisit[] = [];
    for (let visit = 0; visit < VISITS; visit++) ofRound.push(await measureVisit(browser, web, NEXT_PAGES));
    visits.push(ofRound);
    longestTasks.push(await measureScroll(browser, web));
    const [interactive, next] = [interactiveP95(ofRound), nextPageP95(ofRound)].map((ms) => ms.toFixed(0));
    say(
      `order list  interactive p95 ${interactive} ms, next page p95 ${next} ms, longest task while scrolling ${longestTasks.at(-1)!.toFixed(0)} ms`,
    );
  }
  return [
    figure(
      'orderListScriptKb',
      visits.flat().map(({ scriptKb }) => scriptKb),
      1,
    ),
    figure('orderListInteractiveP95Ms', visits.map(interactiveP95), 0),
    figure('nextPageP95Ms', visits.map(nextPageP95), 0),
    figure('scrollLongestTaskMs', longestTasks, 0),
  ];
}

const interactiveP95 = (visits: readonly MeasuredVisit[]) =>
  percentileOf(
    visits.map(({ interactiveMs }) => interactiveMs),
    0.95,
  );
const nextPageP95 = (visits: readonly MeasuredVisit[]) =>
  percentileOf(
    visits.flatMap(({ nextPageMs }) => nextPageMs),
    0.95,
  );

async function measureApi(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
  say(`making ${SMALL_SHOP} and ${LARGE_SHOP} orders`);
  const small = await openShop(stack, SMALL_SHOP);
  const large = await openShop(stack, LARGE_SHOP);
  try {
    const callsOf = (shop: Shop, repeats: number) => orderListCalls(shop.database, repeats);
    await compare(await asked(small, callsOf, 5), await asked(large, callsOf, 5));
    const calls = [await asked(small, callsOf, LIST_REPEATS), await asked(large, callsOf, LIST_REPEATS)] as const;
    const shares: number[] = [];
    for (let round = 0; round < LIST_ROUNDS; round++) {
      const times = await compare(...calls);
      const [few, many] = [times.small, times.large].map((of) => percentileOf([...of.values()].flat(), 0.95)) as [
        number,
        number,
      ];
      shares.push(many / few);
      say(`order list API  p95 ${few.toFixed(1)} ms at ${SMALL_SHOP} orders, ${many.toFixed(1)} ms at ${LARGE_SHOP}`);
      if (round === LIST_ROUNDS - 1) for (const line of byKind(times)) say(line);
    }
    return [figure('orderListApiP95LargeVsSmall', shares, 2)];
  } finally {
    await small.close();
    await large.close();
  }
}

const compare = (small: AskedShop, large: AskedShop) => measureOrderLists({ small, large });

async function asked(
  shop: Shop,
  callsOf: (shop: Shop, repeats: number) => Promise<ListCall[]>,
  repeats: number,
): Promise<AskedShop> {
  return { ordersUrl: shop.ordersUrl, cookie: shop.cookie, calls: await callsOf(shop, repeats) };
}

function byKind({ small, large }: Record<'small' | 'large', ListTimes>): string[] {
  const median = (times: readonly number[] = []) => percentileOf(times, 0.5).toFixed(1);
  return [...small].map(
    ([kind, times]) => `  ${kind.padEnd(24)} median ${median(times)} ms, ${median(large.get(kind))} ms`,
  );
}

function figure(name: keyof typeof CEILINGS, values: readonly number[], digits: number): Figure {
  const spread = rounded(spreadOf(values), digits);
  const atMost = CEILINGS[name];
  return { name, spread, atMost, met: spread.median <= atMost };
}

/** A database of its own with so many orders, and an orders service over it. */
async function openShop(stack: BenchStack, orders: number) {
  const name = `shop_${orders}`;
  const url = new URL(stack.databaseUrl);
  url.pathname = `/${name}`;
  const port = await freePort();
  const env = { DATABASE_URL: url.href, ORDERS_PORT: String(port) };
  await stack.database.query(`create database ${name}`);
  await stack.runToEnd(`migrate-${name}`, 'apps/orders/src/migrate.ts', env);
  await stack.runToEnd(`seed-${name}`, 'apps/orders/src/seed.ts', env);
  const database = new pg.Client({ connectionString: url.href, options: '-c search_path=orders' });
  await database.connect();
  await prepareManyOrders(database, orders);
  const ordersUrl = `http://127.0.0.1:${port}`;
  const service = await stack.run(`orders-${name}`, 'apps/orders/src/main.ts', env);
  await stack.ready(service, `${ordersUrl}/readyz`);
  return {
    database,
    ordersUrl,
    cookie: await signIn(ordersUrl, stack.admin),
    async close() {
      await service.stop();
      await database.end();
    },
  };
}
type Shop = Awaited<ReturnType<typeof openShop>>;

/** The admin web as it is served in production. */
async function startAdminWeb(stack: BenchStack, ordersUrl: string): Promise<string> {
  const repoRoot = join(import.meta.dirname, '..');
  await buildAdminWeb({ repoRoot, env: process.env, logFile: join(stack.dir, 'admin-web-build.log') });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const adminWeb = await stack.run('admin-web', 'apps/admin-web/src/server/main.ts', {
    ADMIN_PORT: String(port),
    ORDERS_URL: ordersUrl,
    GATEWAY_URL: `http://127.0.0.1:${stack.ports.gateway}`,
  });
  await stack.ready(adminWeb, `${url}/readyz`);
  return url;
}
