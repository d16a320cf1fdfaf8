import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { expect, test } from 'vitest';
import { migrate, openOrm } from '../src/orm.ts';

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
    ]);
  } finally {
    await orm.close();
  }
});

test('the newest migration can be taken back and made again', async () => {
  await using database = await testDatabase({ template: 'orders', migrate });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  try {
    const columns = () =>
      orm.em.fork().execute<{ line: string }[]>(
        `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line
           from information_schema.columns where table_schema = 'orders' order by 1`,
      );
    const before = await columns();
    await orm.migrator.down();
    expect((await columns()).length).toBeLessThan(before.length);
    await orm.migrator.up();
    expect(await columns()).toEqual(before);
  } finally {
    await orm.close();
  }
});
