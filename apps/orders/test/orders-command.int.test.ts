import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelUnpaid } from '../src/commands/cancel-unpaid.ts';
import { UsageError } from '../src/commands/command.ts';
import { CANCEL_UNPAID_LOCK } from '../src/jobs/cancel-unpaid-orders.ts';
import { oneAtATime } from '@orderbridge/service-kit/database/one-at-a-time';
import { ordersOnDatabase } from './_orders.ts';

let orders: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  orders = await ordersOnDatabase();
});
afterAll(() => orders[Symbol.asyncDispose]());

/** Runs the program as an operator would; the clock is the real one. */
function command(args: string[], env: Record<string, string> = { DATABASE_URL: orders.database.url }) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/command.ts'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const ended = new Promise<{ code: number | null; lines: string[]; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, lines: out.trimEnd().split('\n'), err })),
  );
  return { child, ended };
}

/** An order placed so many minutes before the real now, to be paid within 30. */
async function placedBefore(minutes: number) {
  const order = await orders.place();
  await orders.rows(
    `update orders set created_at = now() - make_interval(mins => ?), expires_at = now() - make_interval(mins => ?)
      where order_number = ?`,
    [minutes, minutes - 30, order.orderNumber],
  );
  return order;
}
const statusOf = async (orderNumber: string) => (await orders.order(orderNumber)).status;

test('--dry-run lists, then the command cancels: a line per order and a summary', async () => {
  const old = await placedBefore(31);
  const fresh = await placedBefore(5);
  const dry = await command(['cancel-unpaid', '--dry-run']).ended;
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.lines).toEqual([
    `${old.orderNumber}  31 min old  ¥5,998.00  would be cancelled`,
    expect.stringMatching(
      /^dry run, nothing was changed: processed 1, cancelled 0, would be cancelled 1, paid meanwhile 0, skipped 0, errors 0 /,
    ),
  ]);
  expect(await statusOf(old.orderNumber)).toBe('pending');

  const real = await command(['cancel-unpaid']).ended;
  expect(real).toMatchObject({ code: 0, err: '' });
  expect(real.lines).toEqual([
    `${old.orderNumber}  31 min old  ¥5,998.00  cancelled`,
    expect.stringMatching(/^processed 1, cancelled 1, paid meanwhile 0, skipped 0, errors 0 /),
  ]);
  expect(await statusOf(old.orderNumber)).toBe('cancelled');
  expect(await statusOf(fresh.orderNumber)).toBe('pending');

  expect((await command(['cancel-unpaid', '--timeout-minutes', '4']).ended).lines[0]).toContain(fresh.orderNumber);
  expect(await statusOf(fresh.orderNumber)).toBe('cancelled');
});

test('an order that fails is told, the rest goes on, and the exit code says so', async () => {
  const [bad, good] = [await placedBefore(33), await placedBefore(32)];
  // Its state cannot be written: the history refuses it.
  await orders.rows(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$`,
  );
  const [row] = await orders.rows<{ id: string }>(`select id from orders where order_number = ?`, [bad.orderNumber]);
  await orders.rows(
    `create trigger refuse before insert on state_changes for each row when (new.order_id = ${row!.id}) execute function refuse()`,
  );
  const { code, lines } = await command(['cancel-unpaid']).ended;
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${bad.orderNumber} .* failed: .*not today`)),
    expect.stringMatching(new RegExp(`^${good.orderNumber} .* cancelled$`)),
    expect.stringMatching(/^processed 2, cancelled 1, .*errors 1 /),
  ]);
  await orders.rows(`drop trigger refuse on state_changes`);
});

test('it waits for whoever cancels at the moment', async () => {
  const old = await placedBefore(40);
  const leave = Promise.withResolvers<void>();
  const other = oneAtATime(orders.orm, CANCEL_UNPAID_LOCK, () => leave.promise);
  const { ended } = command(['cancel-unpaid']);
  await expect
    .poll(() =>
      orders.rows(
        `select 1 from pg_stat_activity where datname = current_database() and query like '%try_advisory%' and pid <> pg_backend_pid()`,
      ),
    )
    .not.toEqual([]);
  expect(await statusOf(old.orderNumber)).toBe('pending');
  leave.resolve();
  await other;
  expect((await ended).code).toBe(0);
  expect(await statusOf(old.orderNumber)).toBe('cancelled');
});

test.each([
  [['--timeout-minutes', '0'], /whole number from 1 to 100000, not "0"/],
  [['--timeout-minutes', '-5'], /timeout-minutes/],
  [['--timeout-minutes', '1.5'], /not "1\.5"/],
  [['--timeout-minutes', '1e3'], /not "1e3"/],
  [['--timeout-minutes', ''], /not ""/],
  [['--timeout-minutes', '100001'], /not "100001"/],
  [['--timeout-minutes'], /timeout-minutes/],
  [['--dryrun'], /--dryrun/],
  [['all'], /all/],
])('cancel-unpaid %j cannot be used', (args, why) => {
  expect(() => cancelUnpaid.read(args)).toThrow(UsageError);
  expect(() => cancelUnpaid.read(args)).toThrow(why);
});

test('what cannot be used ends with exit code 2 and how to use it; --help with 0', async () => {
  const [unknown, none, wrong, help] = await Promise.all([
    command(['cancel-all']).ended,
    command([]).ended,
    command(['cancel-unpaid', '--timeout-minutes', 'soon'], {}).ended,
    command(['cancel-unpaid', '--help'], {}).ended,
  ]);
  expect(unknown).toMatchObject({ code: 2, lines: [''], err: expect.stringContaining('unknown command "cancel-all"') });
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('usage: pnpm orders') });
  expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/not "soon"\nusage: pnpm orders cancel-unpaid/) });
  expect(help.code).toBe(0);
  expect(help.lines.join('\n')).toMatch(/--timeout-minutes N[\s\S]*--dry-run/);
});

test('without a database it says in one line what to do', async () => {
  const [none, down] = await Promise.all([
    command(['cancel-unpaid'], {}).ended,
    command(['cancel-unpaid'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }).ended,
  ]);
  expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/^no database: set DATABASE_URL[^\n]*\n$/) });
  expect(down).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^cancel-unpaid failed: the database does not answer [^\n]*\n$/),
  });
});
