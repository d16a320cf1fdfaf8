import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createLogger } from '@orderbridge/service-kit/logger';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getAuditEntry } from '../src/audit/get-audit-entry.ts';
import { listAudit } from '../src/audit/list-audit.ts';
import { auditSealer } from '../src/audit/seal-audit.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { LOG_FIELDS } from '../src/log.ts';
import { ordersOnDatabase } from './_orders.ts';

const KEY = 'an audit chain key of this test';
// P27 speaks of 100,000 rows; the walk is the same for each of them.
const ROWS = 20_000;

let system: Awaited<ReturnType<typeof ordersOnDatabase>>;
let lines: string[];
beforeEach(async () => {
  system = await ordersOnDatabase();
  lines = [];
});
afterEach(() => system[Symbol.asyncDispose]());

/** Stands for a chain without a key. */
const NO_KEY = Symbol('no key');
type Key = string | typeof NO_KEY;
const keyOf = (key: Key) => (key === NO_KEY ? undefined : key);
const sealer = (key: Key = KEY) =>
  auditSealer({
    orm: system.orm,
    now: () => system.now,
    auditChainKey: keyOf(key),
    log: createLogger({
      service: 'orders',
      level: 'info',
      fields: LOG_FIELDS,
      destination: { write: (line) => lines.push(line) },
    }),
  });
const verify = (wanted?: string, key: Key = KEY) =>
  verifyAudit(system.orm.em.fork(), { key: keyOf(key), now: system.now, ...(wanted !== undefined && { wanted }) });
const addEntries = (count: number, at = system.now) =>
  system.rows(
    `insert into audit_entries (at, actor, action, resource_type, resource_id, detail)
     select ?::timestamptz + n * interval '1 microsecond', 'staff:tester', 'order_status_changed', 'order', n::text,
            jsonb_build_object('from', 'paid', 'to', 'shipped', 'n', n)
       from generate_series(1, ?) n`,
    [at, count],
  );
const write = (sql: string, params: unknown[] = []) => system.rows(sql, params);

describe('the audit chain', () => {
  test('P27: of 20,000 rows one altered, deleted or swapped anywhere is found, and named', async () => {
    await addEntries(ROWS);
    expect(await sealer()()).toBe(ROWS);
    const sound = await verify();
    expect(sound).toMatchObject({
      ok: true,
      checked: ROWS,
      unsealed: 0,
      broken: [],
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    for (const [id, other] of [
      [1, ROWS],
      [2_000, 2_001],
      [13_337, 4_242],
    ] as const) {
      for (const change of [
        `update audit_entries set actor = 'staff:other' where id = ?`,
        `update audit_entries set at = at + interval '1 microsecond' where id = ?`,
        `update audit_entries set detail = detail || '{"n": 1.0}' where id = ?`,
      ]) {
        const [before] = await write(`select * from audit_entries where id = ?`, [id]);
        await write(change, [id]);
        expect(await verify()).toMatchObject({
          ok: false,
          broken: [{ sealNo: String(id), entryId: String(id), problem: 'altered' }],
        });
        const { actor, at, detail } = before as { actor: string; at: string; detail: object };
        await write(`update audit_entries set actor = ?, at = ?, detail = ?::jsonb where id = ?`, [
          actor,
          at,
          JSON.stringify(detail),
          id,
        ]);
      }

      await write(`create table taken as select * from audit_entries where id = ?`, [id]);
      await write(`delete from audit_entries where id = ?`, [id]);
      expect(await verify()).toMatchObject({
        ok: false,
        broken: [{ sealNo: String(id), entryId: String(id), problem: 'deleted' }],
      });
      await write(`insert into audit_entries overriding system value select * from taken`);
      await write(`drop table taken`);

      const swap = `update audit_entries e set resource_id = o.resource_id, at = o.at, detail = o.detail
                      from audit_entries o where (e.id, o.id) in ((?, ?), (?, ?))`;
      await write(swap, [id, other, other, id]);
      expect((await verify()).broken.toSorted((a, b) => Number(a.entryId) - Number(b.entryId))).toEqual(
        [id, other]
          .toSorted((a, b) => a - b)
          .map((entry) => ({ sealNo: String(entry), entryId: String(entry), problem: 'out_of_place' })),
      );
      await write(swap, [id, other, other, id]);
      expect(await verify()).toEqual(sound);
    }
  });

  test('a seal that was altered, taken out or moved is found as well', async () => {
    await addEntries(50);
    await sealer()();
    const [{ seal }] = (await write(`select seal from audit_seals where seal_no = 20`)) as [{ seal: Buffer }];
    await write(`update audit_seals set seal = ? where seal_no = 20`, [createHash('sha256').digest()]);
    expect((await verify()).broken).toEqual([{ sealNo: '20', entryId: '20', problem: 'altered' }]);
    await write(`update audit_seals set seal = ? where seal_no = 20`, [seal]);

    await write(`delete from audit_seals where seal_no = 30`);
    system.later(61_000);
    expect((await verify()).broken).toEqual([
      { sealNo: '30', entryId: '-', problem: 'deleted' },
      { sealNo: '-', entryId: '30', problem: 'unsealed_for_long' },
    ]);
    // Nobody seals it again: far below is no late commit, and the number is gone for good.
    expect(await sealer()()).toBe(1);
    expect((await verify()).ok).toBe(false);
  });

  test('a chain cut at its end is told by a head that was written down, and by nothing else', async () => {
    await addEntries(100);
    await sealer()();
    const { head } = await verify();
    await addEntries(10);
    await sealer()();
    expect(await verify(head!)).toMatchObject({ ok: true, wantedFound: true, checked: 110 });
    await write(`delete from audit_seals where seal_no > 90`);
    await write(`delete from audit_entries where id > 90`);
    expect(await verify(head!)).toMatchObject({ ok: true, wantedFound: false, checked: 90 });
  });

  test('another key, or none, does not fit', async () => {
    await addEntries(3);
    await sealer()();
    expect((await verify(undefined, 'another key')).ok).toBe(false);
    expect((await verify(undefined, NO_KEY)).ok).toBe(false);
    await write(`truncate audit_seals`);
    await sealer(NO_KEY)();
    expect((await verify(undefined, NO_KEY)).ok).toBe(true);
    expect((await verify()).ok).toBe(false);
  });

  test('entries that commit late are sealed later, rolled back ids leave no gap in the numbers', async () => {
    const seal = sealer();
    const late = system.orm.em.fork();
    const undone = system.orm.em.fork();
    await late.begin();
    const add = `insert into audit_entries (at, actor, action, resource_type, resource_id) values (?, 'a', 'b', 'c', 'd')`;
    await late.execute(add, [system.now]);
    await undone.begin();
    await undone.execute(add, [system.now]);
    await undone.rollback();
    await addEntries(3);
    expect(await seal()).toBe(3);
    await late.commit();
    expect(await verify()).toMatchObject({ ok: true, checked: 3, unsealed: 1 });
    expect(await seal()).toBe(1);
    expect(await verify()).toMatchObject({ ok: true, checked: 4, unsealed: 0 });
    expect(await write(`select seal_no, entry_id from audit_seals order by seal_no`)).toEqual(
      [3, 4, 5, 1].map((entry, index) => ({ seal_no: String(index + 1), entry_id: String(entry) })),
    );
    expect(await seal()).toBe(0);
  });

  test('two processes seal side by side without a gap, a repetition or an accident', async () => {
    const sealers = [sealer(), sealer(), sealer()];
    for (let round = 0; round < 5; round += 1) {
      await addEntries(700);
      await Promise.all(sealers.map((seal) => seal()));
    }
    await sealers[0]!();
    expect(await verify()).toMatchObject({ ok: true, checked: 3_500, unsealed: 0 });
  });

  test('the head is written into the log now and then, for whoever keeps logs elsewhere', async () => {
    const seal = sealer();
    await addEntries(2);
    await seal();
    await addEntries(2);
    await seal();
    const { head } = await verify();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'audit chain head', count: '2' }]);
    system.later(600_000);
    await addEntries(1);
    await seal();
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!).head).not.toBe(head);
    expect((await verify(JSON.parse(lines[0]!).head as string)).wantedFound).toBe(true);
  });

  test('entries that wait for their seal are no damage at first, and one after a minute', async () => {
    await addEntries(2);
    expect(await verify()).toMatchObject({ ok: true, checked: 0, unsealed: 2, head: null });
    system.later(61_000);
    expect(await verify()).toMatchObject({
      ok: false,
      unsealed: 2,
      broken: [
        { entryId: '1', problem: 'unsealed_for_long' },
        { entryId: '2', problem: 'unsealed_for_long' },
      ],
    });
  });

  test('an empty audit is a sound one', async () => {
    expect(await sealer()()).toBe(0);
    expect(await verify()).toEqual({ ok: true, checked: 0, unsealed: 0, head: null, broken: [], wantedFound: false });
  });
});

test('the audit is listed newest first, filtered, page by page, with numbers of people masked', async () => {
  const { orderNumber } = await system.place();
  await write(
    `insert into audit_entries (at, actor, action, resource_type, resource_id, detail) values (?, 'staff:other', 'callback_replayed', 'callback', 'x', ?::jsonb)`,
    [new Date(system.now.getTime() + 5_000), JSON.stringify({ reason: '客户13800001234要求', n: 1 })],
  );
  const list = (input: Partial<Parameters<typeof listAudit>[1]>) =>
    listAudit(system.orm.em.fork(), { limit: 100, ...input });
  expect((await list({ actor: 'staff:other' })).items).toMatchObject([
    { action: 'callback_replayed', detail: { reason: '客户138****1234要求', n: 1 }, sealed: false },
  ]);
  expect((await list({ resourceType: 'order', resourceId: orderNumber })).items.map((entry) => entry.action)).toEqual([
    'order_created',
  ]);
  expect((await list({ from: new Date(system.now.getTime() + 1).toISOString() })).items).toHaveLength(1);
  expect((await list({ action: 'no_such' })).items).toEqual([]);
  await sealer()();
  const first = await list({ limit: 1 });
  const second = await list({ limit: 1, cursor: first.nextCursor! });
  expect([first.items[0]!.action, second.items[0]!.action, second.items[0]!.sealed]).toEqual([
    'callback_replayed',
    'order_created',
    true,
  ]);
});

describe('the command audit-verify', () => {
  function command(args: string[], env: Record<string, string> = { AUDIT_CHAIN_KEY: KEY }) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/command.ts'), 'audit-verify', ...args], {
      env: { PATH: process.env['PATH'], DATABASE_URL: system.database.url, ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    return new Promise<{ code: number | null; text: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, text })),
    );
  }

  test('says that the chain holds, or names what does not, by its exit code too', async () => {
    await addEntries(30);
    await sealer()();
    const { head } = await verify();
    const whole = await command(['--head', head!.toUpperCase()]);
    expect(whole).toMatchObject({
      code: 0,
      text: expect.stringContaining(`checked 30, waiting for a seal 0, head ${head}`),
    });
    expect(whole.text).toContain('the audit chain holds');

    expect(await command(['--head', '0'.repeat(64)])).toMatchObject({
      code: 1,
      text: expect.stringContaining('its end was cut off'),
    });
    expect(await command([], {})).toMatchObject({
      code: 1,
      text: expect.stringContaining('AUDIT_CHAIN_KEY is not set'),
    });
    await write(`update audit_entries set actor = 'staff:other' where id = 7`);
    const broken = await command([]);
    expect(broken).toMatchObject({ code: 1, text: expect.stringContaining('seal 7, entry 7: the entry was altered') });
    expect(broken.text).toContain('THE AUDIT CHAIN IS BROKEN');
  });

  test('refuses a head that is none', async () => {
    expect(await command(['--head', 'xyz'])).toMatchObject({ code: 2, text: expect.stringContaining('64 hex digits') });
    expect(await command(['--nothing'])).toMatchObject({ code: 2 });
  });
});

test('an entry is found by its number, as the list shows it', async () => {
  await addEntries(3);
  const em = system.orm.em.fork();
  const { items } = await listAudit(em, { limit: 2 });
  expect(await getAuditEntry(em, { id: items[1]!.id })).toEqual(items[1]);
  await expect(getAuditEntry(em, { id: '999999999999999999' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
