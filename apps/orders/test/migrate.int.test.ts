import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { expect, test } from 'vitest';
import { migrate, openOrm } from '../src/orm.ts';
import { hashToken } from '../src/staff/bearer-secret.ts';
import { findSession } from '../src/staff/find-session.ts';
import { ensureFirstAdmin } from '../src/staff/first-admin.ts';
import { ordersOnDatabase, paymentCallback } from './_orders.ts';

test('migrating again, also from two processes at once, changes nothing and fails nobody', async () => {
  await using database = await testDatabase({ template: 'empty', migrate: async () => {} });
  await Promise.all([migrate(database.url), migrate(database.url)]);
  await migrate(database.url);
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  try {
    const names = await orm.em.fork().execute<{ name: string }[]>(`select name from orders.migrations order by id`);
    expect(names).toEqual([
      { name: '20261121000000-spine' },
      { name: '20261121110000-orders-complete' },
      { name: '20261121130000-suppliers' },
      { name: '20261121140000-order-list' },
      { name: '20261121143000-overview' },
      { name: '20261121146000-callback-search' },
      { name: '20261121161000-refund-approval' },
      { name: '20261121170000-list-sorts' },
      { name: '20261121182000-invoices' },
      { name: '20261121183000-overdue' },
      { name: '20261121215000-supplier-event-subject' },
      { name: '20261121220000-saved-views' },
    ]);
  } finally {
    await orm.close();
  }
});

test('the newest migration can be taken back and made again', async () => {
  await using database = await testDatabase({ template: 'orders', migrate });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  try {
    const structure = () =>
      orm.em.fork().execute<{ line: string }[]>(
        `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line
           from information_schema.columns where table_schema = 'orders'
         union all
         select indexdef from pg_indexes where schemaname = 'orders'
         order by 1`,
      );
    const before = await structure();
    await orm.migrator.down();
    expect((await structure()).length).toBeLessThan(before.length);
    await orm.migrator.up();
    expect(await structure()).toEqual(before);
  } finally {
    await orm.close();
  }
});

test('a database in use is brought along: payments and refunds get their numbers, people stay signed in', async () => {
  await using orders = await ordersOnDatabase();
  const paid = await orders.paidOrder();
  const twice = await orders.place();
  const opened = [await orders.openPayment(twice.orderNumber), await orders.openPayment(twice.orderNumber, 'mock')];
  for (const payment of opened) await orders.deliver(paymentCallback(payment, {}, orders.now));
  const refunds = () => orders.rows(`select refund_no, amount_fen, cause from refunds order by id`);
  const payments = () => orders.rows(`select provider_order_no, status from payments order by id`);
  const before = [await payments(), await refunds()];
  expect(before.map((rows) => rows.length)).toEqual([3, 1]);
  await ensureFirstAdmin(orders.orm, { username: 'admin', password: 'a password of this test', at: orders.now });
  await orders.rows(
    `insert into staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at, authenticated_at, source)
     select ?, id, ?::timestamptz, ?::timestamptz, ?::timestamptz + interval '1 hour', ?::timestamptz, '-' from staff`,
    [hashToken('token'), ...Array.from({ length: 4 }, () => orders.now)],
  );

  await orders.orm.migrator.down();
  await migrate(orders.database.url);

  expect([await payments(), await refunds()]).toEqual(before);
  expect(await orders.order(paid.orderNumber)).toMatchObject({ status: 'paid' });
  expect(await findSession(orders.orm.em.fork(), 'token', orders.now)).toMatchObject({ name: 'admin' });
});
