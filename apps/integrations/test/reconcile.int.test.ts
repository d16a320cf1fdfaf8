import { internalCalls, type PushOrder, type ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { connectJetStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { CallRefused, serveCall } from '@orderbridge/service-kit/nats-calls';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '@orderbridge/service-kit/command-line';
import { reconcile } from '../src/commands/reconcile.ts';
import { takeOrderEvents } from '../src/order-events/take-order-events.ts';
import { pruneReconcileRuns } from '../src/reconcile/prune-reconcile-runs.ts';
import { runReconcile } from '../src/reconcile/run-reconcile.ts';
import type { SupplierAccess, SupplierAnswer, Suppliers } from '../src/suppliers/suppliers.ts';
import { type IntegrationsApiUnderTest, integrationsApi } from './_integrations-api.ts';
import { runCommand } from './_command.ts';
import { wish } from './_jobs.ts';

type Repair = { orderNumber: string; repair: string; items: LogisticsItem[]; by: string };

const LONG_AGO = '2026-01-01T00:00:00.000Z';
const parcel = (logisticsNo: string): LogisticsItem => ({
  logisticsCompany: '日日顺',
  logisticsNo,
  deliveryRecordCode: null,
  snCode: null,
});

let api: IntegrationsApiUnderTest;
let env: Record<string, string>;
let served: JetStream;
/** What orders, played by this test, has and was told to do. */
let orders: ReconcileOrder[] = [];
let repairs: Repair[] = [];
let refuse: string | undefined;
/** What YLH, played by this test, was asked and says. */
let asked: string[][] = [];
let parcels: Record<string, LogisticsItem[]> = {};
let ylhIsDown = false;

const suppliers: SupplierAccess = {
  current: async () =>
    ({
      ylh: {
        logistics: async (
          numbers: readonly string[],
        ): Promise<SupplierAnswer<{ orderCode: string; item: LogisticsItem }[]>> => {
          asked.push([...numbers]);
          return ylhIsDown
            ? { outcome: 'not_sent', detail: { zh: '易理货无法连接', en: 'YLH cannot be reached' } }
            : {
                outcome: 'answered',
                value: numbers.flatMap((orderCode) => (parcels[orderCode] ?? []).map((item) => ({ orderCode, item }))),
              };
        },
      },
    }) as unknown as Suppliers,
  withConfig: () => {
    throw new Error('not asked for');
  },
  forget: () => undefined,
};

beforeAll(async () => {
  api = await integrationsApi();
  const { databaseUrl, natsUrl } = api.context.config;
  env = { APP_PROFILE: 'test', DATABASE_URL: databaseUrl, NATS_URL: natsUrl };
  served = await connectJetStream({ url: natsUrl, name: 'orders of a test' });
  const group = { queueGroup: 'orders', log: { warn: () => undefined, error: () => undefined } };
  serveCall(
    served.connection,
    internalCalls.reconcileOrders,
    group,
    async ({ orderNumber, after, limit, countUpTo }) => {
      const from = after === null ? 0 : Number(after);
      const wanted = orders.filter((order) => orderNumber === undefined || order.orderNumber === orderNumber);
      const page = wanted.slice(from, from + limit);
      return {
        orders: page,
        next: page.length < limit ? null : String(from + limit),
        ...(countUpTo !== undefined && { total: Math.min(wanted.length, countUpTo) }),
      };
    },
  );
  serveCall(served.connection, internalCalls.repair, group, async (wanted) => {
    if (refuse === 'broken') throw new CallRefused('BROKEN', '坏了', 'broken');
    repairs.push(wanted);
    return refuse === undefined
      ? { outcome: 'done' as const }
      : { outcome: 'refused' as const, detail: refuse, detailEn: refuse };
  });
  await served.connection.flush();
});
afterAll(async () => {
  await served.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  [orders, repairs, asked, parcels, refuse, ylhIsDown] = [[], [], [], {}, undefined, false];
  await api.rows(`truncate jobs, outbox, sync_runs cascade`);
});

const anOrder = (orderNumber: string, more: Partial<ReconcileOrder> = {}): ReconcileOrder => ({
  orderNumber,
  status: 'paid',
  haierStatus: 'confirmed',
  round: 1,
  haierOrderNo: `SO.${orderNumber}`,
  hasHaierLines: true,
  paidAt: LONG_AGO,
  updatedAt: LONG_AGO,
  payments: [{ id: uuidv7(new Date()), method: 'wechat', status: 'succeeded', amountFen: 100, paidAt: LONG_AGO }],
  refunds: [],
  ...more,
});
/** An order that waits for the answer to its cancel. */
const WAITING: PushOrder = {
  orderNumber: 'O-1',
  round: 1,
  haierStatus: 'cancel_pending',
  haierOrderNo: 'SO.O-1',
  contactName: '测试客户',
  phone: '00000000000',
  province: '山东省',
  city: '青岛市',
  district: '崂山区',
  town: null,
  addressDetail: '演示路 1 号（虚构）',
  countyCode: '370212',
  note: null,
  cancelReason: null,
  createdAt: LONG_AGO,
  distributionTime: null,
  installTime: null,
  isGovernmentOrder: false,
  totalFen: 100,
  payableFen: 100,
  lines: [],
};
const run = (more: Partial<Parameters<typeof runReconcile>[1]> = {}) =>
  runReconcile({ ...api.context, suppliers, by: 'staff:admin' }, { dryRun: false, limit: 1_000, ...more });
const aJob = async (orderNumber: string, kind: 'push' | 'cancel', round: number, state: string): Promise<string> => {
  const id = uuidv7(new Date());
  await api.rows(
    `insert into jobs (public_id, kind, order_number, round, key, state, priority, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, 0, now(), now())`,
    [id, kind, orderNumber, round, `${kind}:${orderNumber}:${round}`, state],
  );
  return id;
};
const outcomes = (result: Awaited<ReturnType<typeof run>>) =>
  result.differences.map(({ orderNumber, kind, repaired, problem }) => [orderNumber, kind, repaired, problem]);

describe('a run', () => {
  test('compares the three sides and has each certain difference settled by its verb', async () => {
    orders = [
      anOrder('fine'),
      anOrder('never pushed', { haierStatus: 'none', haierOrderNo: null }),
      anOrder('sent'),
      anOrder('alive there', { status: 'cancelled', refunds: [{ status: 'succeeded', amountFen: 100 }] }),
      anOrder('no number', { haierStatus: 'push_pending', haierOrderNo: null }),
    ];
    parcels = { 'SO.sent': [parcel('YT-1'), parcel('YT-2')] };
    await aJob('no number', 'push', 1, 'done');
    const result = await run();
    expect(outcomes(result)).toEqual([
      ['never pushed', 'paid_not_pushed', true, null],
      ['sent', 'delivered_not_shipped', true, null],
      ['alive there', 'cancelled_here_alive_there', true, null],
      ['no number', 'push_without_answer', false, null],
    ]);
    expect(result).toMatchObject({ checked: 5, truncated: false, ylhProblem: null });
    expect(repairs).toEqual([
      { orderNumber: 'never pushed', repair: 'push', items: [], by: 'staff:admin' },
      { orderNumber: 'sent', repair: 'ship', items: [parcel('YT-1'), parcel('YT-2')], by: 'staff:admin' },
      { orderNumber: 'alive there', repair: 'cancel', items: [], by: 'staff:admin' },
    ]);
    // By Haier's number where there is one (R132).
    expect(asked).toEqual([['SO.fine', 'SO.sent', 'SO.alive there', 'no number']]);
    expect((await api.acts()).map(({ action, detail }) => [action, detail])).toEqual([
      ['reconciled', { checked: 5, differences: 4, repaired: 3 }],
    ]);
    // Work that a person started by hand, so it stands in the sync log too (R115).
    expect(
      await api.rows(`select type, status, total_count, success_count, failed_count, message, by from sync_runs`),
    ).toEqual([
      {
        type: 'manual',
        status: 'success',
        total_count: 3,
        success_count: 3,
        failed_count: 0,
        message: '对账：核对 5 个订单，差异 4，已修复 3，修复失败 0，需人工处理 1',
        by: 'staff:admin',
      },
    ]);
  });

  test('dry, it tells the same and changes nothing', async () => {
    orders = [anOrder('never pushed', { haierStatus: 'none' }), anOrder('sent')];
    parcels = { 'SO.sent': [parcel('YT-1')] };
    expect(outcomes(await run({ dryRun: true }))).toEqual([
      ['never pushed', 'paid_not_pushed', false, null],
      ['sent', 'delivered_not_shipped', false, null],
    ]);
    expect(repairs).toEqual([]);
    expect(await api.acts()).toEqual([]);
    expect(await api.rows(`select 1 from sync_runs`)).toEqual([]);
  });

  test('the newest job decides; one that was given up is tried again under its key', async () => {
    orders = [anOrder('O-1', { haierStatus: 'cancel_pending' })];
    await aJob('O-1', 'push', 1, 'done');
    const id = await aJob('O-1', 'cancel', 2, 'waiting');
    expect(outcomes(await run())).toEqual([]);
    await api.rows(`update jobs set state = 'gave_up' where public_id = ?`, [id]);
    const result = await run();
    // Orders is not there to say whether it still waits: nothing is tried blindly.
    expect(outcomes(result)).toEqual([['O-1', 'cancel_without_answer', false, expect.stringContaining('订单服务')]]);
    expect(await api.rows(`select state from jobs where public_id = ?`, [id])).toEqual([{ state: 'gave_up' }]);

    const group = { queueGroup: 'orders', log: { warn: () => undefined, error: () => undefined } };
    const there = serveCall(served.connection, internalCalls.pushOrder, group, async () => ({ ...WAITING, round: 2 }));
    await served.connection.flush();
    expect(outcomes(await run())).toEqual([['O-1', 'cancel_without_answer', true, null]]);
    expect(await api.rows(`select state, key from jobs where public_id = ?`, [id])).toEqual([
      { state: 'waiting', key: 'cancel:O-1:2' },
    ]);
    await there.stop();
  });

  test('a request of which nothing is on record is planned anew under its key, once, as one that may have arrived', async () => {
    const group = { queueGroup: 'orders', log: { warn: () => undefined, error: () => undefined } };
    const states: Record<string, Pick<PushOrder, 'haierStatus' | 'round'>> = {
      lost: { haierStatus: 'push_pending', round: 1 },
      'pushed again': { haierStatus: 'push_pending', round: 2 },
      'cancel lost': { haierStatus: 'cancel_pending', round: 2 },
      answered: { haierStatus: 'confirmed', round: 1 },
    };
    const there = serveCall(served.connection, internalCalls.pushOrder, group, async ({ orderNumber }) => ({
      ...WAITING,
      orderNumber,
      ...states[orderNumber],
    }));
    await served.connection.flush();
    orders = Object.entries(states).map(([number, { haierStatus, round }]) =>
      anOrder(number, { haierStatus: number === 'answered' ? 'push_pending' : haierStatus, round }),
    );
    await aJob('pushed again', 'push', 1, 'refused');
    await aJob('cancel lost', 'push', 1, 'done');
    const planned = () =>
      api.rows(
        `select key, state, outcome_unknown from jobs where state = 'waiting' and next_attempt_at is not null order by id`,
      );
    expect(outcomes(await run({ dryRun: true }))).toHaveLength(4);
    expect(await planned()).toEqual([]);

    expect(outcomes(await run())).toEqual([
      ['lost', 'push_without_answer', true, null],
      ['pushed again', 'push_without_answer', true, null],
      ['cancel lost', 'cancel_without_answer', true, null],
      ['answered', 'push_without_answer', false, '订单已不再等待平台的结果'],
    ]);
    const jobs = ['push:lost:1', 'push:pushed again:2', 'cancel:cancel lost:2'];
    // What the lost one may have sent may have arrived: that YLH has it already is then a success.
    expect(await planned()).toEqual(jobs.map((key) => ({ key, state: 'waiting', outcome_unknown: true })));
    expect(
      (await api.acts()).filter(({ action }) => action === 'job_planned_anew').map(({ detail }) => detail.key),
    ).toEqual(jobs);
    expect(outcomes(await run())).toHaveLength(1);
    await takeOrderEvents(
      api.context,
      [{ streamSequence: 1, event: wish('lost', 1, 'push_pending') }],
      api.context.now(),
    );
    expect(await planned()).toHaveLength(jobs.length);
    await there.stop();
  });

  test('what orders refuses is told beside the difference, and the rest goes on', async () => {
    orders = ['a', 'b'].map((number) => anOrder(number, { haierStatus: 'none' }));
    refuse = '订单含非海尔商品';
    expect(outcomes(await run())).toEqual([
      ['a', 'paid_not_pushed', false, '订单含非海尔商品'],
      ['b', 'paid_not_pushed', false, '订单含非海尔商品'],
    ]);
    refuse = 'broken';
    expect(outcomes(await run())).toMatchObject([
      ['a', 'paid_not_pushed', false, '坏了'],
      ['b', 'paid_not_pushed', false, '坏了'],
    ]);
  });

  test('while YLH is away it says so, asks no further and still finds the rest', async () => {
    ylhIsDown = true;
    orders = Array.from({ length: 450 }, (_, n) => anOrder(`O-${n}`, n === 449 ? { haierStatus: 'none' } : {}));
    const result = await run({ dryRun: true });
    expect(asked).toHaveLength(1);
    expect(result).toMatchObject({ checked: 450, ylhProblem: '易理货无法连接', ylhProblemEn: 'YLH cannot be reached' });
    expect(outcomes(result)).toEqual([['O-449', 'paid_not_pushed', false, null]]);
  });

  test('no more orders than the limit, and it says when there are more', async () => {
    orders = Array.from({ length: 401 }, (_, n) => anOrder(`O-${n}`, { haierStatus: 'none' }));
    for (const [limit, checked, truncated] of [
      [1, 1, true],
      [200, 200, true],
      [400, 400, true],
      [401, 401, false],
      [1_000, 401, false],
    ] as const) {
      const result = await run({ dryRun: true, limit });
      expect([result.checked, result.truncated, result.differences.length]).toEqual([checked, truncated, checked]);
    }
  });

  test('how far a run has come is told by the id its caller gave it', async () => {
    orders = Array.from({ length: 450 }, (_, index) => anOrder(`P-${index}`));
    const progressOf = async (runId: string) =>
      (await api.query('reconcile.progress', { runId }, 'operator')).body.result.data;
    const runId = uuidv7(new Date());
    expect(await progressOf(runId)).toBeNull();
    const seen: unknown[] = [];
    await run({ dryRun: true, runId, onChecked: () => void progressOf(runId).then((progress) => seen.push(progress)) });
    await expect.poll(() => seen.length).toBe(3);
    expect(seen[0]).toMatchObject({ total: 450, checked: expect.any(Number) });
    expect(await progressOf(runId)).toEqual({ total: 450, checked: 450 });
    const short = uuidv7(new Date());
    expect((await run({ dryRun: true, limit: 300, runId: short })).truncated).toBe(true);
    expect(await progressOf(short)).toEqual({ total: 300, checked: 300 });
    await expect(run({ dryRun: true, runId })).rejects.toMatchObject({ code: 'CONFLICT' });
    await pruneReconcileRuns(api.context.orm, new Date(Date.now() + 90_000_000));
    expect(await progressOf(runId)).toBeNull();
  });

  test('goes on when its progress cannot be kept, and keeps each page once', async () => {
    orders = Array.from({ length: 250 }, (_, index) =>
      anOrder(`W-${index}`, index === 0 ? { haierStatus: 'none' } : {}),
    );
    await api.rows(`create table progress_writes (checked int)`);
    await api.rows(`
      create function note_progress() returns trigger language plpgsql as $$
        begin insert into progress_writes values (new.checked); return new; end $$`);
    await api.rows(
      `create trigger note_progress before update on reconcile_runs for each row execute function note_progress()`,
    );
    await run({ dryRun: true, runId: uuidv7(new Date()) });
    expect(await api.rows(`select checked from progress_writes order by 1`)).toEqual([
      { checked: 200 },
      { checked: 250 },
    ]);

    await api.rows(`drop table progress_writes`);
    expect(outcomes(await run({ runId: uuidv7(new Date()) }))).toEqual([['W-0', 'paid_not_pushed', true, null]]);
    expect((await api.acts()).map(({ action }) => action)).toEqual(['reconciled']);
    await api.rows(`drop function note_progress cascade`);
  });

  test('one order by its number; one that is not there is an error', async () => {
    orders = ['a', 'b'].map((number) => anOrder(number, { haierStatus: 'none' }));
    expect(outcomes(await run({ orderNumber: 'b' }))).toEqual([['b', 'paid_not_pushed', true, null]]);
    await expect(run({ orderNumber: 'c' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await api.mutate('reconcile.run', { dryRun: true, orderNumber: 'c' }, 'operator')).status).toBe(404);
    const { body } = await api.mutate('reconcile.run', { dryRun: true, orderNumber: 'a' }, 'operator');
    expect(body.result.data).toMatchObject({ checked: 1, differences: [{ repair: 'push', repaired: false }] });
  });
});

describe('pnpm integrations reconcile', () => {
  const command = (args: string[], more: Record<string, string> = env) => runCommand(args, more);

  test('a table of the differences with what was done, a summary, and the exit code', async () => {
    orders = [
      anOrder('1764297000000001', { haierStatus: 'none' }),
      anOrder('1764297000000002', { haierStatus: 'failed' }),
    ];
    const dry = await command(['reconcile', '--dry-run']);
    expect(dry).toMatchObject({ code: 1, err: '' });
    expect(dry.lines).toEqual([
      expect.stringMatching(/^order\s+difference\s+here\s+YLH\s+money\s+what was done$/),
      expect.stringMatching(/^─+/),
      expect.stringMatching(/^1764297000000001 .*paid \/ none .*\+1\.00 -0\.00 +would be repaired by push$/),
      expect.stringMatching(/^1764297000000002 .*for a person: The order is paid and its push failed/),
      'dry run, nothing was changed: checked 2, differences 2, can be repaired 1, for a person 1',
    ]);
    expect(repairs).toEqual([]);

    const real = await command(['reconcile', '--order', '1764297000000001']);
    expect(real).toMatchObject({ code: 0, err: '' });
    expect(real.lines.slice(2)).toEqual([
      expect.stringMatching(/repaired by push$/),
      'checked 1, differences 1, repaired 1, failed 0, for a person 0',
    ]);
    expect(repairs).toEqual([{ orderNumber: '1764297000000001', repair: 'push', items: [], by: 'system' }]);

    orders = [];
    expect(await command(['reconcile', '--limit', '5'])).toMatchObject({
      code: 0,
      lines: ['checked 0, differences 0, repaired 0, failed 0, for a person 0'],
    });
    expect(await command(['reconcile', '--order', 'nowhere'])).toMatchObject({ code: 1 });
  });

  test('arguments that cannot be used, and what is missing, are told in one line', async () => {
    for (const args of [
      ['--limit', '0'],
      ['--limit', '10001'],
      ['--limit', 'many'],
      ['--order', 'a b'],
      ['--all'],
      ['extra'],
    ])
      expect(() => reconcile.read(args)).toThrow(UsageError);
    expect(await command(['reconcile', '--limit', 'x'], {})).toMatchObject({
      code: 2,
      err: expect.stringMatching(/not "x"\nusage: pnpm integrations reconcile/),
    });
    expect(await command(['reconcile'], {})).toMatchObject({ code: 1, err: expect.stringContaining('DATABASE_URL') });
    expect(await command(['reconcile'], { DATABASE_URL: env['DATABASE_URL']! })).toMatchObject({
      code: 1,
      err: expect.stringContaining('NATS_URL'),
    });
  });
});
