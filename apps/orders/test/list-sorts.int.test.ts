import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { auditApi } from '@orderbridge/contracts/audit-api';
import { inventoryApi, productApi } from '@orderbridge/contracts/catalogue-api';
import { exceptionApi } from '@orderbridge/contracts/exceptions-api';
import { callbackApi, orderApi, paymentApi, refundApi } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAudit } from '../src/audit/list-audit.ts';
import { listCallbacks } from '../src/callbacks/list-callbacks.ts';
import { listInventory } from '../src/catalogue/list-inventory.ts';
import { listProducts } from '../src/catalogue/list-products.ts';
import { listExceptions } from '../src/exceptions/list-exceptions.ts';
import { listOrders } from '../src/orders/list-orders.ts';
import { listPayments } from '../src/payments/list-payments.ts';
import { listRefunds } from '../src/payments/list-refunds.ts';
import { ordersOnDatabase } from './_orders.ts';

type App = Awaited<ReturnType<typeof ordersOnDatabase>>;
type Item = Readonly<Record<string, unknown>>;
type Page = { items: readonly Item[]; nextCursor: string | null };
type Asked = Readonly<Record<string, unknown>>;

/** A list, one of its sequences, and by what of an item it goes. */
type Case = {
  readonly what: string;
  readonly input: Asked;
  readonly list: (em: SqlEntityManager, input: Asked) => Promise<Page>;
  readonly id: (item: Item) => unknown;
  readonly key: string;
  readonly down: boolean;
};

const VIEWER = { now: new Date('2026-11-20T02:00:00.000Z'), permissions: [], by: 'staff:tester' };
const DAYS = { createdFrom: '2026-01-01T00:00:00Z', createdTo: '2027-01-01T00:00:00Z' };

const lists = {
  orders: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listOrders(em, orderApi.list.input.parse(input)),
    id: 'orderNumber',
  },
  payments: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listPayments(em, paymentApi.list.input.parse(input)),
    id: 'id',
  },
  refunds: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> =>
      listRefunds(em, refundApi.list.input.parse(input), VIEWER.by),
    id: 'id',
  },
  products: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listProducts(em, productApi.list.input.parse(input)),
    id: 'productCode',
  },
  'inventory log': {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listInventory(em, inventoryApi.log.input.parse(input)),
    id: 'id',
  },
  callbacks: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listCallbacks(em, callbackApi.list.input.parse(input)),
    id: 'id',
  },
  exceptions: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> =>
      listExceptions(em, exceptionApi.list.input.parse(input), VIEWER),
    id: 'id',
  },
  audit: {
    list: (em: SqlEntityManager, input: Asked): Promise<Page> => listAudit(em, auditApi.list.input.parse(input)),
    id: 'id',
  },
};

const BY_AMOUNT = { highest: ['amountFen', 'down'], lowest: ['amountFen', 'up'] } as const;
const byTime = (key: string) => ({ newest: [key, 'down'], oldest: [key, 'up'] }) as const;
const cases: Case[] = (
  [
    ['orders', {}, byTime('createdAt')],
    ['orders', DAYS, byTime('createdAt')],
    ['payments', {}, { ...byTime('createdAt'), ...BY_AMOUNT }],
    ['payments', DAYS, { ...byTime('createdAt'), ...BY_AMOUNT }],
    ['payments', { status: 'succeeded', method: ['generic', 'mock'] }, BY_AMOUNT],
    ['refunds', {}, { ...byTime('createdAt'), ...BY_AMOUNT }],
    ['refunds', DAYS, { ...byTime('createdAt'), ...BY_AMOUNT }],
    [
      'products',
      {},
      {
        code: ['productCode', 'up'],
        codeDown: ['productCode', 'down'],
        lowestPrice: ['priceFen', 'up'],
        highestPrice: ['priceFen', 'down'],
        lowestStock: ['stock', 'up'],
        highestStock: ['stock', 'down'],
      },
    ],
    ['products', { lowStock: true }, { highestPrice: ['priceFen', 'down'], lowestStock: ['stock', 'up'] }],
    ['inventory log', {}, byTime('at')],
    ['callbacks', {}, byTime('receivedAt')],
    ['callbacks', { receivedFrom: DAYS.createdFrom }, byTime('receivedAt')],
    ['exceptions', { status: 'open' }, byTime('createdAt')],
    ['exceptions', { status: 'resolved' }, byTime('resolvedAt')],
    ['audit', {}, byTime('at')],
    ['audit', { from: DAYS.createdFrom, to: DAYS.createdTo }, byTime('at')],
  ] as [keyof typeof lists, Asked, Record<string, readonly [string, 'up' | 'down']>][]
).flatMap(([name, filter, sorts]) =>
  Object.entries(sorts).map(([sort, [key, way]]) => ({
    what: `${name} ${JSON.stringify(filter)} ${sort}`,
    input: { ...filter, sort },
    list: lists[name].list,
    id: (item: Item) => item[lists[name].id],
    key,
    down: way === 'down',
  })),
);

/** Rows of all lists, `count` of each, ten to an amount, a price, a stock and an instant. */
async function fill(app: App, count: number): Promise<void> {
  const { orderNumber } = await app.place();
  const at = `timestamptz '2026-11-20 02:00:00.000123Z' + (n / 10) * interval '1 minute'`;
  const order = `(select id from orders where order_number = '${orderNumber}')`;
  const rows = `from generate_series(1, ${count}) n`;
  await app.rows(
    `insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, created_at, updated_at, expires_at)
     select gen_random_uuid(), ${order}, 'generic', 'P' || n, 'succeeded', 100 + n * 7 % (${count} / 10), ${at}, ${at}, ${at} ${rows}`,
  );
  await app.rows(
    `insert into refunds (public_id, order_id, payment_id, status, amount_fen, idempotency_key, refund_no, cause, reason, reason_en, created_at, updated_at)
     select gen_random_uuid(), order_id, id, 'succeeded', amount_fen, 'R' || id, 'R' || id, 'c', 'r', 'r', created_at, created_at from payments`,
  );
  await app.rows(
    `insert into products (product_code, name, source, price_fen, stock, low_stock_at)
     select 'S-' || n, '商品' || n, case n % 2 when 0 then 'local' else 'haier' end, n * 7 % (${count} / 10), n * 3 % (${count} / 10), 1000000 ${rows}`,
  );
  await app.rows(
    `insert into inventory_log (product_id, order_id, change_type, quantity, reason, by, at)
     select (select min(id) from products), null, 'adjust', 1, 'manual_adjust', 'staff:tester', ${at} ${rows}`,
  );
  await app.rows(
    `insert into callbacks (public_id, provider, transport_key, outcome, secret, source, path, content_type, body, received_at, decided_at)
     select gen_random_uuid(), 'haier', 'T' || n, 'orphan', 'current', '127.0.0.1', '/', 'text/plain', 'a=1', ${at}, ${at} ${rows}`,
  );
  await app.rows(
    `insert into exceptions (public_id, kind, dedup_key, detail, detail_en, status, created_at, resolved_at, resolved_by)
     select gen_random_uuid(), 'push_failed', 'E' || n, 'd', 'd', status, ${at},
            case status when 'resolved' then ${at} end, case status when 'resolved' then 'staff:tester' end
       from generate_series(1, ${count}) n cross join lateral (select case n % 2 when 0 then 'open' else 'resolved' end as status) s`,
  );
  await app.rows(
    `insert into audit_entries (at, actor, action, resource_type, resource_id) select ${at}, 'staff:tester', 'a', 'order', '1' ${rows}`,
  );
}

describe('page by page, with equal keys among them', () => {
  let app: App;
  beforeAll(async () => {
    app = await ordersOnDatabase();
    for (let n = 0; n < 11; n += 1) await app.place();
    await fill(app, 40);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.each(cases)('$what', async ({ input, list, id, key, down }) => {
    const em = () => app.orm.em.fork();
    const whole = (await list(em(), { ...input, limit: 100 })).items;
    expect(whole.length).toBeGreaterThan(9);
    const keys = whole.map((item) => item[key] as string | number);
    const rising = down ? keys.toReversed() : keys;
    for (const [n, value] of rising.entries()) if (n > 0) expect(value >= rising[n - 1]!).toBe(true);

    const seen: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(em(), { ...input, limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map(id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(whole.map(id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each(cases)('$what refuses the cursor of another sequence', async ({ input, list }) => {
    const em = () => app.orm.em.fork();
    const others = cases.filter((other) => other.list === list && other.input['sort'] !== input['sort']);
    for (const other of others) {
      const { nextCursor } = await list(em(), { ...other.input, limit: 1 });
      await expect(list(em(), { ...input, cursor: nextCursor })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    expect(others.length).toBeGreaterThan(0);
    await expect(list(em(), { ...input, cursor: Buffer.from('id:1').toString('base64url') })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  test.each(Object.entries(lists))('%s refuse a sequence they do not know', async (_name, { list }) => {
    const tried = (async () => list(app.orm.em.fork(), { sort: 'dearest' }))();
    await expect(tried).rejects.toThrow('Invalid option');
  });

  test('a product whose stock changes, or that goes, between two pages keeps nobody from the next one', async () => {
    const { list } = lists.products;
    const codes = ({ items }: Page) => items.map(({ productCode }) => productCode);
    const em = () => app.orm.em.fork();
    const input = { sort: 'lowestStock', q: 'S-', limit: 5 };
    const first = await list(em(), input);
    const second = codes(await list(em(), { ...input, cursor: first.nextCursor }));
    await app.rows(`update products set stock = 5000 where product_code = ?`, [codes(first).at(-1)]);
    expect(codes(await list(em(), { ...input, cursor: first.nextCursor }))).toEqual(second);
    await app.rows(`delete from products where product_code = ?`, [codes(first).at(-1)]);
    expect(codes(await list(em(), { ...input, cursor: first.nextCursor }))).toEqual(second);
  });
});

describe('no page of a large table is made by sorting the table', () => {
  let app: App;
  beforeAll(async () => {
    app = await ordersOnDatabase();
    await fill(app, 20_000);
    await app.rows(
      `update exceptions set status = 'resolved', resolved_at = created_at where status = 'open' and id % 100 <> 0`,
    );
    await app.rows('analyze');
  }, 240_000);
  afterAll(() => app[Symbol.asyncDispose]());

  test.each(cases.filter(({ list }) => list !== lists.orders.list))('$what', async ({ input, list }) => {
    const { em, plans } = explaining(app.orm.em.fork());
    const first = await list(em, { ...input, limit: 20 });
    await list(em, { ...input, limit: 20, cursor: first.nextCursor });
    expect(plans.length).toBeGreaterThan(1);
    for (const plan of plans) expect(plan).not.toMatch(/Sort Key/);
  });
});

/** Runs queries as they are, and keeps how each read of a list was planned. */
function explaining(em: SqlEntityManager): { em: SqlEntityManager; plans: string[] } {
  const plans: string[] = [];
  const execute = em.execute.bind(em);
  const explained = async (sql: string, params: unknown[]) => {
    if (sql.includes('as place')) {
      const plan = await execute<Record<string, string>[]>(`explain ${sql}`, params);
      plans.push(plan.map((line) => line['QUERY PLAN']).join('\n'));
    }
    return execute(sql, params);
  };
  return { em: Object.assign(em, { execute: explained }), plans };
}
