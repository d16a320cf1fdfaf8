import { openOrm } from '../src/orm.ts';
import { runNextSync } from '../src/sync/run-sync.ts';
import { scriptedHaier } from './_scripted-haier.ts';

/** A process of integrations as far as syncs go, for a test that kills it: the database, the catalogue's size, its clock. */
const [databaseUrl, size, aheadMs] = process.argv.slice(2);

const orm = await openOrm({ databaseUrl: databaseUrl!, poolMax: 4 });
const { access } = scriptedHaier(Number(size), { delayMs: 100 });
await runNextSync(
  {
    orm,
    js: undefined as never,
    wakeRelay: () => {},
    now: () => new Date(Date.now() + Number(aheadMs)),
    log: { info: () => {}, warn: () => {} },
    suppliers: access,
  },
  new AbortController().signal,
);
await orm.close();
