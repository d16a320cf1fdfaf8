import type pg from 'pg';
import { orderNumberOf, type OrderRange } from './confirm-callbacks.ts';

const PRODUCT_CODE = 'BENCH-FRIDGE';
const PRICE_FEN = 299_900;

/** Makes paid one-line Haier orders in bulk, as placing and paying them would have left them, and settles the disk. */
export async function prepareOrders(client: pg.Client, range: OrderRange): Promise<void> {
  await client.query(
    `insert into products (product_code, name, source, price_fen) values ($1, 'Benchmark fridge', 'haier', $2) on conflict do nothing`,
    [PRODUCT_CODE, PRICE_FEN],
  );
  await client.query(
    `with placed as (
       insert into orders (order_number, buyer, status, haier_line_count, local_line_count, total_fen, payable_fen, contact_name, phone,
         phone_tail, province, city, district, address_detail, created_at, expires_at, paid_at)
       select $1 || n, 'bench', 'paid', 1, 0, $4::bigint, $4::bigint, '测试客户', '13800000000', '0000', '山东省', '青岛市', '崂山区', '测试路 1 号',
         now(), now() + interval '30 minutes', now()
       from generate_series(0, $2::int - 1) as n
       returning id, order_number
     ), lines as (
       insert into order_lines (order_id, product_id, product_code, product_name, source, quantity, unit_price_fen, total_fen)
       select placed.id, products.id, product_code, name, source, 1, $4::bigint, $4::bigint from placed, products where product_code = $3
     )
     insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, transaction_id, created_at, updated_at, expires_at, paid_at)
     select gen_random_uuid(), id, 'generic', order_number || '-P1', 'succeeded', $4::bigint, 'bench-' || id, now(), now(), now() + interval '30 minutes', now() from placed`,
    [range.prefix, range.count, PRODUCT_CODE, PRICE_FEN],
  );
  await client.query('analyze orders');
  // Nobody shall pay for writing out what another side has left in memory.
  await client.query('checkpoint');
}

/** How many of these orders are confirmed, each with exactly one applied callback, one history row, one audit row and one event. */
export async function countConfirmed(client: pg.Client, range: OrderRange): Promise<number> {
  const { rows } = await client.query<{
    orders: string;
    callbacks: string;
    changes: string;
    audits: string;
    events: string;
  }>(
    `with mine as (
       select id, order_number from orders
       where order_number >= $1 and order_number < $2 and haier_status = 'confirmed'
     )
     select (select count(*) from mine) as orders,
       (select count(*) from callbacks where outcome = 'applied' and order_id in (select id from mine)) as callbacks,
       (select count(*) from state_changes where machine = 'haier' and order_id in (select id from mine)) as changes,
       (select count(*) from audit_entries where resource_type = 'order' and resource_id in (select order_number from mine)) as audits,
       (select count(*) from outbox where type = 'haier.moved' and subject in (select order_number from mine)) as events`,
    // ':' follows '9', so this is every number with the prefix.
    [range.prefix, `${range.prefix}:`],
  );
  const counts = Object.entries(rows[0]!).map(([what, count]) => [what, Number(count)] as const);
  const orders = counts[0]![1];
  const wrong = counts.filter(([, count]) => count !== orders);
  if (wrong.length > 0) {
    const list = wrong.map(([what, count]) => `${count} ${what}`).join(', ');
    throw new Error(`${orders} orders from ${orderNumberOf(range, 0)} on are confirmed, but there are ${list}`);
  }
  return orders;
}

/** Resolves when the relay has told everything; answers how long that took. */
export async function untilOutboxIsEmpty(
  client: pg.Client,
  withinMs: number,
): Promise<{ backlog: number; drainMs: number }> {
  const unsent = async () =>
    Number((await client.query<{ count: string }>('select count(*) from outbox where sent_at is null')).rows[0]!.count);
  const startedMs = performance.now();
  const backlog = await unsent();
  for (let left = backlog; left > 0; left = await unsent()) {
    if (performance.now() - startedMs > withinMs)
      throw new Error(`the relay still has ${left} events to tell after ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { backlog, drainMs: performance.now() - startedMs };
}
