import { expect, test } from 'vitest';
import pg from 'pg';
import { readOverview } from '../src/overview/read-overview.ts';
import { checkInvariants } from '../src/overview/check-invariants.ts';
import { countDays } from '../src/overview/count-days.ts';
import { countFunnel } from '../src/overview/count-funnel.ts';
import { measureRates } from '../src/overview/measure-rates.ts';
import { sumSales } from '../src/overview/sum-sales.ts';
import { ordersOnDatabase } from './_orders.ts';
test('measure', async () => {
  await using app = await ordersOnDatabase({ poolMax: 1 });
  const client = new pg.Client({ connectionString: app.database.url, options: '-c search_path=orders -c session_replication_role=replica -c synchronous_commit=off -c maintenance_work_mem=256MB' });
  await client.connect();
  const indexes = (await client.query(`select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def from pg_index i join pg_class c on c.oid = i.indrelid where c.relname in ('orders','payments','callbacks','state_changes','outbox') and not i.indisprimary and not i.indisunique and i.indrelid::regclass::text = c.relname`)).rows;
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  const filler = { now: app.now, rows: async (sql: string, params: unknown[] = []) => { if (sql.startsWith('vacuum')) for (const { def } of indexes) await client.query(def); let n = 0; await client.query(sql.replace(/\?(?!\|)/g, () => '$' + ++n), params); } };
  await fillHistory(filler, 1_000_000, 60);
  const out: string[] = [];
  const em = app.orm.em.fork();
  for (const [name, part] of Object.entries({ countDays, sumSales, countFunnel, measureRates, checkInvariants })) { for (let i = 0; i < 3; i++) { const t = performance.now(); await (part as any)(em, app.now); out.push(name + ' ' + Math.round(performance.now() - t)); } }
  const times: number[] = [];
  for (let i = 0; i < 8; i++) { const t = performance.now(); await readOverview(app.context); times.push(Math.round(performance.now() - t)); }
  console.log('MEASURED', times.join(' '), out.join(', '));
  await client.end();
  expect(1).toBe(1);
}, 900_000);

/** So many orders over so many days, each paid by a callback, with its changes. */
async function fillHistory(app: { now: Date; rows: (sql: string, params?: unknown[]) => Promise<unknown> }, count: number, days: number) {
  const at = `?::timestamptz - make_interval(secs => (${days} * 86400.0 / ${count}) * (${count} - n))`;
  await app.rows(
    `insert into orders (order_number, buyer, status, haier_status, haier_line_count, local_line_count, total_fen, payable_fen,
       contact_name, phone, phone_tail, province, city, district, address_detail, created_at, expires_at, paid_at)
     select 'H' || n, 'b', 'paid', 'none', 1, 0, 100, 100, 'x', 'x', 'x', 'x', 'x', 'x', 'x', ${at}, ${at}, ${at}
       from generate_series(1, ${count}) n`,
    [app.now, app.now, app.now],
  );
  await app.rows(
    `insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, created_at, updated_at, expires_at, paid_at)
     select gen_random_uuid(), id, 'generic', order_number || '-P1', 'succeeded', 100, paid_at, paid_at, paid_at, paid_at
       from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into callbacks (public_id, provider, transport_key, outcome, order_id, secret, source, path, content_type, body, received_at, decided_at)
     select gen_random_uuid(), 'generic', 'k' || id, 'applied', id, 'current', '-', '-', '-', repeat('x', 300), paid_at, paid_at
       from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into state_changes (machine, order_id, from_state, to_state, fact, by, at)
     select 'order', id, 'pending', 'paid', 'payment_received', 'system', paid_at from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into outbox (event_id, type, subject, data, at, sent_at)
     select gen_random_uuid(), 'order.moved', order_number, '{}', paid_at, paid_at from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into refunds (public_id, order_id, payment_id, status, amount_fen, idempotency_key, refund_no, cause, reason, reason_en, created_at, updated_at)
     select gen_random_uuid(), order_id, id, 'succeeded', 100, 'r' || id, 'r' || id, 'order_cancelled', '-', '-', paid_at, paid_at
       from payments where id % 10 = 0`,
  );
  await app.rows(`vacuum analyze orders, payments, refunds, callbacks, state_changes, outbox`);
}
