import { jobApi, syncApi } from '@orderbridge/contracts/integrations-api';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listJobs } from '../src/jobs/list-jobs.ts';
import { migrate, openOrm } from '../src/orm.ts';
import { listSyncs } from '../src/sync/list-syncs.ts';

const NOW = new Date('2026-11-20T02:00:00.000Z');
const DAYS = { createdFrom: '2026-01-01T00:00:00Z', createdTo: '2027-01-01T00:00:00Z' };

type Asked = Readonly<Record<string, unknown>>;
type Item = { id: string; createdAt: string; state?: string; nextAttemptAt?: string | null };
type Page = { items: readonly Item[]; nextCursor: string | null };
type List = (em: SqlEntityManager, input: Asked) => Promise<Page>;

const jobs: List = (em, input) => listJobs(em, jobApi.list.input.parse(input), NOW);
const syncs: List = (em, input) => listSyncs(em, syncApi.list.input.parse(input));
const created = ({ createdAt }: Item) => createdAt;
const due = ({ state, nextAttemptAt }: Item) => (state === 'waiting' ? nextAttemptAt! : 'never');

const cases: { what: string; list: List; input: Asked; key: (item: Item) => string; down: boolean }[] = [
  { what: 'jobs, the newest first', list: jobs, input: { sort: 'newest' }, key: created, down: true },
  { what: 'jobs, the oldest first', list: jobs, input: { sort: 'oldest' }, key: created, down: false },
  { what: 'jobs by when they are tried next', list: jobs, input: { sort: 'nextDue' }, key: due, down: false },
  { what: 'jobs of a kind', list: jobs, input: { sort: 'nextDue', kind: 'push' }, key: due, down: false },
  { what: 'syncs, the newest first', list: syncs, input: { sort: 'newest' }, key: created, down: true },
  { what: 'syncs, the oldest first', list: syncs, input: { sort: 'oldest' }, key: created, down: false },
  { what: 'syncs of some days', list: syncs, input: { sort: 'newest', ...DAYS }, key: created, down: true },
  { what: 'syncs of some days upwards', list: syncs, input: { sort: 'oldest', ...DAYS }, key: created, down: false },
];

/** A database with `count` jobs and syncs, ten to an instant; of the jobs every second one waits. */
async function filled(count: number) {
  const database = await testDatabase({ template: 'integrations', migrate });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 2 });
  const run = (sql: string) => orm.em.fork().execute(sql);
  const at = `timestamptz '2026-11-20 02:00:00.000123Z' + (n / 10) * interval '1 minute'`;
  await run(
    `insert into jobs (public_id, kind, order_number, round, key, state, priority, next_attempt_at, created_at, updated_at)
     select gen_random_uuid(), case n % 3 when 0 then 'cancel' else 'push' end, 'O' || n, 1, 'K' || n, case n % 2 when 0 then 'waiting' else 'done' end, 1,
            case n % 4 when 3 then null else timestamptz '2026-11-21 00:00:00.000123Z' + (n * 7 % (${count} / 10)) * interval '1 minute' end, ${at}, ${at}
       from generate_series(1, ${count}) n`,
  );
  await run(
    `insert into sync_runs (public_id, type, status, by, created_at)
     select gen_random_uuid(), 'products', 'success', 'system', ${at} from generate_series(1, ${count}) n`,
  );
  return {
    orm,
    run,
    async [Symbol.asyncDispose]() {
      await orm.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('page by page, with equal keys among them', () => {
  let on: Awaited<ReturnType<typeof filled>>;
  beforeAll(async () => {
    on = await filled(40);
  });
  afterAll(() => on[Symbol.asyncDispose]());

  test.each(cases)('$what', async ({ list, input, key, down }) => {
    const em = () => on.orm.em.fork();
    const whole = (await list(em(), { ...input, limit: 100 })).items;
    expect(whole.length).toBeGreaterThan(20);
    const keys = whole.map(key);
    expect(keys).toEqual(down ? keys.toSorted().toReversed() : keys.toSorted());
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(em(), { ...input, limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(whole.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each(cases)('$what: the cursor of another sequence is refused', async ({ list, input }) => {
    const em = () => on.orm.em.fork();
    const others = cases.filter((other) => other.list === list && other.input['sort'] !== input['sort']);
    for (const other of others) {
      const { nextCursor } = await list(em(), { ...other.input, limit: 1 });
      await expect(list(em(), { ...input, cursor: nextCursor })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    expect(others.length).toBeGreaterThan(0);
  });

  test('a sequence that is not known is refused', () => {
    expect(jobApi.list.input.safeParse({ sort: 'lastDue' }).success).toBe(false);
    expect(syncApi.list.input.safeParse({ sort: 'nextDue' }).success).toBe(false);
  });
});

describe('no page of a large table is made by sorting the table', () => {
  let on: Awaited<ReturnType<typeof filled>>;
  beforeAll(async () => {
    on = await filled(20_000);
    await on.run('analyze');
  }, 120_000);
  afterAll(() => on[Symbol.asyncDispose]());

  test.each(cases)('$what', async ({ list, input }) => {
    const em = on.orm.em.fork();
    const plans: string[] = [];
    const execute = em.execute.bind(em);
    const explained = async (sql: string, params: unknown[]) => {
      const plan = await execute<Record<string, string>[]>(`explain ${sql}`, params);
      plans.push(plan.map((line) => line['QUERY PLAN']).join('\n'));
      return execute(sql, params);
    };
    Object.assign(em, { execute: explained });
    const first = await list(em, { ...input, limit: 20 });
    await list(em, { ...input, limit: 20, cursor: first.nextCursor });
    expect(plans).toHaveLength(2);
    for (const plan of plans) expect(plan).not.toMatch(/Sort Key/);
  });
});
