import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { expect, test } from 'vitest';
import { migrate, openOrm } from '../src/orm.ts';

test('migrating again, also from two processes at once, changes nothing and fails nobody', async () => {
  await using database = await testDatabase({ template: 'empty', migrate: async () => {} });
  await Promise.all([migrate(database.url), migrate(database.url)]);
  await migrate(database.url);
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  try {
    const names = await orm.em.fork().execute<{ name: string }[]>(`select name from orders.migrations`);
    expect(names).toEqual([{ name: '20261121000000-spine' }]);
  } finally {
    await orm.close();
  }
});
