import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MikroORM } from '@mikro-orm/postgresql';
import { migrate, openOrm } from '../src/orm.ts';
import { ensureFirstAdmin } from '../src/staff/first-admin.ts';

let stack: AsyncDisposableStack;
let orm: MikroORM;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'orders', migrate }));
  orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  stack.defer(() => orm.close());
});
afterAll(() => stack.disposeAsync());

const at = new Date('2026-11-20T02:00:00.000Z');
const ensure = (username: string, password: string) => ensureFirstAdmin(orm, { username, password, at });
const rows = <T>(sql: string): Promise<T[]> => orm.em.fork().execute<T[]>(sql);
const audited = () =>
  rows(`select actor, action, resource_id, detail from audit_entries where resource_type = 'staff' order by id`);

test('the first account is made, kept, and given another password, each change with its audit row', async () => {
  expect(await ensure('root', 'the first password')).toBe('created');
  await rows(
    `insert into staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at, authenticated_at, source)
     select 'x', id, now(), now(), now() + interval '1 hour', now(), '-' from staff`,
  );
  expect(await ensure('root', 'the first password')).toBe('kept');
  expect(await rows(`select token_hash from staff_sessions`)).toHaveLength(1);

  expect(await ensure('root', 'the second password')).toBe('given a new password');
  expect(await rows(`select token_hash from staff_sessions`)).toEqual([]);
  expect(await ensure('root', 'the second password')).toBe('kept');
  // Changed in the admin web since: the next start with the same environment leaves it alone.
  await rows(`update staff set password_hash = 'changed by its owner'`);
  expect(await ensure('root', 'the second password')).toBe('kept');
  expect(await rows(`select password_hash from staff`)).toEqual([{ password_hash: 'changed by its owner' }]);
  expect(await rows(`select username, role, is_active from staff`)).toEqual([
    { username: 'root', role: 'admin', is_active: true },
  ]);
  expect(await audited()).toEqual([
    { actor: 'system', action: 'staff_created', resource_id: 'root', detail: { role: 'admin' } },
    { actor: 'system', action: 'staff_changed', resource_id: 'root', detail: { newPassword: true } },
  ]);
});

test('a name that differs in capitals only is one clear line, and makes nothing', async () => {
  await expect(ensure('Root', 'the second password')).rejects.toThrow(
    'ADMIN_USERNAME Root: there is the account root; write it as it is',
  );
  expect(await rows(`select username from staff`)).toEqual([{ username: 'root' }]);
});
