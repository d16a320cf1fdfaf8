import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../local/free-port.ts';
import { startPostgres } from '../local/postgres.ts';
import { dropDatabasesOf, testPostgres } from './postgres-template.ts';

/**
 * vitest global set-up of the projects that need PostgreSQL: one server for the whole run, that of
 * `TEST_POSTGRES_URL` (a superuser's) or an embedded one, and one folder for everything that tests leave on disk.
 */
export async function setup(): Promise<() => Promise<void>> {
  // Workers inherit the environment, and so does the second project that shares this set-up.
  if (process.env['TEST_DATABASE_PREFIX']) return async () => undefined;
  process.env['TEST_DATABASE_PREFIX'] = `test_${randomBytes(4).toString('hex')}`;

  const dir = await mkdtemp(join(tmpdir(), 'orderbridge-tests-'));
  // Under root the server runs as another user, who has to pass through here.
  await chmod(dir, 0o711);
  process.env['TMPDIR'] = dir;
  // vitest ends on Ctrl-C without the teardown below; an exit handler still runs.
  let ends: () => void = () => undefined;
  process.on('exit', () => {
    ends();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  if (process.env['TEST_POSTGRES_URL']) return () => dropDatabasesOf(testPostgres());

  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    superuserPassword: randomBytes(12).toString('hex'),
    // The data lives as long as the run, so nothing has to survive a power cut.
    settings: { fsync: 'off', full_page_writes: 'off', max_wal_size: '4GB' },
  });
  ends = () => void server.kill('SIGKILL');
  process.env['TEST_POSTGRES_URL'] = server.url;
  return () => server.stop();
}
