import { randomUUID } from 'node:crypto';
import { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import { streams } from '@orderbridge/contracts/subjects';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NotFound, NotServed } from '../src/errors.ts';
import { beginCall } from '../src/jobs/begin-call.ts';
import { endAttempt } from '../src/jobs/end-attempt.ts';
import { listBatches } from '../src/jobs/list-batches.ts';
import { listJobs } from '../src/jobs/list-jobs.ts';
import { measureJobs } from '../src/jobs/measure-jobs.ts';
import { pruneJobs } from '../src/jobs/prune-jobs.ts';
import { renewLeases } from '../src/jobs/renew-leases.ts';
import { retryJob } from '../src/jobs/retry-job.ts';
import { setBatchPaused } from '../src/jobs/set-batch-paused.ts';
import { workJob } from '../src/jobs/work-job.ts';
import { startWorker } from '../src/jobs/work-jobs.ts';
import { transact } from '../src/transaction.ts';
import { accepted, duplicate, jobsOnDatabase, notSent, type PushAnswer, uncertain, wish } from './_jobs.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const never = new AbortController().signal;

let on: Awaited<ReturnType<typeof jobsOnDatabase>>;
let usual: typeof on.platform;
beforeAll(async () => {
  on = await jobsOnDatabase();
  usual = { ...on.platform };
});
afterAll(() => on[Symbol.asyncDispose]());
let n = 0;
let order: string;
beforeEach(async () => {
  order = `O-${(n += 1)}`;
  Object.assign(on.platform, usual);
  on.pushes.length = 0;
  on.cancels.length = 0;
  await on.rows(`delete from jobs`);
  await on.rows(`delete from batches`);
});
const answer = (...answers: PushAnswer[]) => {
  on.platform.createOrder = async () => answers.shift() ?? accepted();
};
const keysOf = (rows: readonly { key: unknown }[]) => rows.map(({ key }) => key);

describe('planning', () => {
  test('one job for each wish, however often and under whatever event it comes; nothing else makes one', async () => {
    const event = wish(order, 3, 'push_pending');
    expect(await on.tell(event, event)).toEqual({ added: 1, planned: 1 });
    expect(await on.tell(event)).toEqual({ added: 0, planned: 0 });
    expect(await on.tell(wish(order, 3, 'push_pending'))).toEqual({ added: 1, planned: 0 });
    expect(await on.tell(wish(order, 4, 'cancel_pending'))).toEqual({ added: 1, planned: 1 });
    expect(await on.tell(wish(order, undefined, 'push_pending'))).toEqual({ added: 1, planned: 0 });
    expect(await on.tell(wish(order, 5, 'confirmed'))).toEqual({ added: 1, planned: 0 });
    const jobs = await on.rows<{ key: string; priority: number }>(`select key, priority from jobs order by id`);
    expect(jobs).toEqual([
      { key: `push:${order}:3`, priority: 0 },
      { key: `cancel:${order}:4`, priority: 0 },
    ]);
  });

  test('what a transaction could not keep was not planned', async () => {
    const event = wish(order, 1, 'push_pending');
    const broken = { ...event, data: { ...event.data, batchId: 'no uuid' } } as typeof event;
    await expect(on.tell(broken)).rejects.toThrow();
    expect(await on.rows(`select 1 from received_order_events where event_id = ?`, [event.id])).toEqual([]);
    expect(await on.tell(event)).toEqual({ added: 1, planned: 1 });
  });
});

describe('outcomes', () => {
  test('accepted: done, told to orders on the bus, one line in the sync log', async () => {
    await on.wantPush(order, 2);
    answer(accepted('SO.77'));
    expect(await on.turn()).toEqual(['done']);
    expect(on.pushes[0]).toMatchObject([{ orderNumber: order, round: 2 }, { priority: 'manual' }]);
    expect(await on.job(`push:${order}:2`)).toMatchObject({
      state: 'done',
      attempts: 1,
      last_outcome: 'done',
      outcome_unknown: false,
      next_attempt_at: null,
      leased_until: null,
    });
    expect(await on.events(order)).toEqual([{ type: 'push.accepted', data: { round: 2, retailOrderNo: 'SO.77' } }]);
    const [run] = await on.rows(
      `select type, status, total_count, success_count, failed_count, message from sync_runs where message like ?`,
      [`%${order}：%`],
    );
    expect(run).toEqual({
      type: 'order',
      status: 'success',
      total_count: 1,
      success_count: 1,
      failed_count: 0,
      message: `订单 ${order}：易理货已受理，等待回调确认`,
    });
    expect(await on.turn()).toEqual([]);

    const consumer = await on.context.js.client.consumers.get(streams.suppliers.name);
    const messages = await consumer.fetch({ max_messages: 1, expires: 5_000 });
    for await (const message of messages) {
      expect(message.subject).toBe('SUPPLIERS.push.accepted');
      expect(SupplierEvent.parse(message.json())).toMatchObject({ type: 'push.accepted', subject: order });
    }
  });

  test('accepted and confirmed in one: orders is told in which words', async () => {
    await on.wantPush(order, 1);
    const confirmation = { zh: '订单推送成功（模拟）', en: 'simulated' };
    answer({ outcome: 'answered', value: { retailOrderNo: 'SO.5', confirmation } });
    expect(await on.turn()).toEqual(['done']);
    expect((await on.events(order)).map(({ data }) => data)).toEqual([
      { round: 1, retailOrderNo: 'SO.5', confirmation: { detail: confirmation.zh, detailEn: confirmation.en } },
    ]);
  });

  test('a cancel says the same words and time at each attempt', async () => {
    await on.wantCancel(order);
    const plannedAt = on.now;
    const answers = [uncertain, { outcome: 'answered', value: null }] as const;
    let call = 0;
    on.platform.cancelOrder = async () => answers[call++] as typeof uncertain & { outcome: 'uncertain' };
    expect(await on.turn()).toEqual(['waiting']);
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['done']);
    const same = { soId: order, reason: '不想要了', at: plannedAt };
    expect(on.cancels.map(([cancel]) => cancel)).toEqual([same, same]);
    expect(await on.events(order)).toEqual([{ type: 'cancel.accepted', data: { round: 2 } }]);
    expect(await on.rows(`select 1 from sync_runs where message like ?`, [`%${order}：%`])).toEqual([]);
  });

  test.each(['authentication', 'not_configured', 'upstream', 'unexpected'] as const)(
    'refused (%s): final at once, in the words of the platform',
    async (why) => {
      await on.wantPush(order);
      const text = `余额不足${'。'.repeat(600)}\0`;
      answer({ outcome: 'refused', why, detail: { zh: text, en: text } });
      expect(await on.turn()).toEqual(['refused']);
      expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'refused', attempts: 1, outcome_unknown: false });
      const [event] = await on.events(order);
      expect(event).toMatchObject({ type: 'push.refused', data: { round: 1, why, detail: text.slice(0, 500) } });
      on.later(DAY);
      expect(await on.turn()).toEqual([]);
    },
  );

  test('a repeated soId is a refusal, unless a call before it may have arrived (R19)', async () => {
    await on.wantPush(order);
    answer(duplicate);
    expect(await on.turn()).toEqual(['refused']);
    expect(await on.events(order)).toMatchObject([{ type: 'push.refused', data: { why: 'upstream' } }]);

    const other = `${order}-b`;
    await on.wantPush(other);
    answer(uncertain, duplicate);
    expect(await on.turn()).toEqual(['waiting']);
    expect(await on.job(`push:${other}:1`)).toMatchObject({ outcome_unknown: true, last_outcome: 'uncertain' });
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['done']);
    expect(await on.events(other)).toEqual([{ type: 'push.accepted', data: { round: 1, retailOrderNo: null } }]);
  });

  test('another refusal after an uncertain call leaves open what that one did, for the next round too', async () => {
    await on.wantPush(order);
    answer(uncertain, { outcome: 'refused', why: 'authentication', detail: { zh: '认证失败', en: 'no' } }, duplicate);
    await on.turn();
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['refused']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ outcome_unknown: true });
    await on.wantPush(order, 2);
    expect(await on.turn()).toEqual(['done']);
    expect((await on.events(order)).map(({ type }) => type)).toEqual(['push.refused', 'push.accepted']);
  });

  test('once the platform has refused by callback, a repeated soId of the next round is a refusal', async () => {
    await on.wantPush(order);
    answer(uncertain, duplicate);
    await on.turn();
    const rejected = wish(order, 1, 'failed');
    await on.tell({ ...rejected, data: { ...rejected.data, fact: 'order_rejected' } } as typeof rejected);
    await on.wantPush(order, 2);
    expect(await on.turn()).toEqual(['refused']);
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['overtaken']);
    expect((await on.events(order)).map(({ type }) => type)).toEqual(['push.refused']);
  });

  test('a client that throws is uncertain', async () => {
    await on.wantPush(order);
    on.platform.createOrder = () => Promise.reject(new Error('bug'));
    expect(await on.turn()).toEqual(['waiting']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ outcome_unknown: true, detail: '调用易理货时程序出错' });
  });
});

describe('the schedule', () => {
  const WAITS = [1, 5, 30, 120, 600, 1_800, 7_200, 21_600].map((seconds) => seconds * SECOND);

  test.each([
    ['not sent', notSent, false],
    ['uncertain', uncertain, true],
  ] as const)('%s: the same request again after each wait, then given up', async (_name, outcome, isUnknown) => {
    await on.wantPush(order);
    on.platform.createOrder = async () => outcome;
    for (const [index, waitMs] of WAITS.entries()) {
      expect(await on.turn()).toEqual(['waiting']);
      const job = await on.job(`push:${order}:1`);
      expect(job).toMatchObject({ state: 'waiting', attempts: index + 1, outcome_unknown: isUnknown });
      const waits = Date.parse(job.next_attempt_at!) - on.now.getTime();
      expect(waits).toBeGreaterThanOrEqual(waitMs);
      expect(waits).toBeLessThanOrEqual(waitMs * 1.1);
      on.later(waits - 1);
      expect(await on.turn()).toEqual([]);
      on.later(1);
    }
    expect(await on.turn()).toEqual(['gave_up']);
    expect(await on.events(order)).toMatchObject([{ type: 'push.refused', data: { why: 'gave_up', round: 1 } }]);
    const job = await on.job(`push:${order}:1`);
    expect(job).toMatchObject({ state: 'gave_up', attempts: 9, next_attempt_at: null, outcome_unknown: isUnknown });
    expect(job.detail).toMatch(
      isUnknown ? /^推送尝试 9 次仍无结果，请求可能已被受理/ : /^推送尝试 9 次仍无结果：连接失败$/,
    );
    expect(new Set(on.pushes.map(([push]) => JSON.stringify(push))).size).toBe(1);
    on.later(DAY);
    expect(await on.turn()).toEqual([]);
  });

  test('while the breaker keeps calls back no try is spent, until the schedule could have passed', async () => {
    await on.wantPush(order);
    on.platform.createOrder = async () => ({ ...notSent, retryAfterMs: 30 * SECOND, isHeldBack: true }) as PushAnswer;
    for (let turn = 0; turn < 12; turn += 1) {
      expect(await on.turn()).toEqual(['held_back']);
      expect(await on.job(`push:${order}:1`)).toMatchObject({ attempts: 0, tries: 0, outcome_unknown: false });
      on.later(29 * SECOND);
      expect(await on.turn()).toEqual([]);
      on.later(4 * SECOND);
    }
    on.later(9 * HOUR);
    for (let turn = 0; turn < 8; turn += 1) {
      expect(await on.turn()).toEqual(['waiting']);
      on.later(7 * HOUR);
    }
    expect(await on.turn()).toEqual(['gave_up']);
  });

  test('Retry-After is honoured when it is longer', async () => {
    await on.wantPush(order);
    answer({ ...notSent, retryAfterMs: 90 * SECOND } as PushAnswer);
    await on.turn();
    on.later(89 * SECOND);
    expect(await on.turn()).toEqual([]);
    on.later(11 * SECOND);
    expect(await on.turn()).toEqual(['done']);
  });
});

describe('what orders says', () => {
  test('a newer round ends the job without a call', async () => {
    await on.wantPush(order);
    on.orders.set(order, { round: 2, haierStatus: 'cancel_pending' });
    expect(await on.turn()).toEqual(['overtaken']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'refused', attempts: 0 });
    expect([on.pushes, await on.events(order)]).toEqual([[], []]);
  });

  test('a callback that told the outcome of an uncertain call ends the job without another', async () => {
    await on.wantPush(order);
    answer(uncertain);
    await on.turn();
    on.orders.set(order, { round: 1, haierStatus: 'confirmed' });
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['overtaken']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'done', attempts: 1, detail: '平台回调已给出结果' });
    expect(on.pushes).toHaveLength(1);
  });

  test('a callback that told a refusal ends it too', async () => {
    await on.wantPush(order);
    answer(uncertain);
    await on.turn();
    on.orders.set(order, { round: 1, haierStatus: 'failed' });
    on.later(2 * SECOND);
    expect(await on.turn()).toEqual(['overtaken']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'refused', attempts: 1 });
  });

  test('an order that is not there ends it', async () => {
    await on.tell(wish(order, 1, 'push_pending'));
    expect(await on.turn()).toEqual(['overtaken']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'refused', detail: `订单 ${order} 不存在` });
  });

  test('while orders is away nothing is called and no try is spent', async () => {
    await using away = await jobsOnDatabase();
    await away.wantPush(order);
    const back = await away.ordersAway();
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await away.turn()).toEqual(['put_back']);
      away.later(5 * SECOND);
    }
    expect(await away.job(`push:${order}:1`)).toMatchObject({ state: 'waiting', attempts: 0, tries: 0 });
    expect(away.pushes).toEqual([]);
    await back();
    expect(await away.turn()).toEqual(['done']);
  });

  test('an order that cannot be read spends tries, so that it does not wait for ever', async () => {
    await on.wantPush(order);
    on.orders.set(order, { round: 1, haierStatus: 'push_pending', countyCode: 'not a county' });
    expect(await on.turn()).toEqual(['waiting']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ attempts: 0, tries: 1, outcome_unknown: false });
    expect(on.pushes).toEqual([]);
  });
});

describe('a process that dies', () => {
  test('before the call: another makes it, and nothing is uncertain', async () => {
    await on.wantPush(order);
    expect(await on.claim()).toHaveLength(1);
    expect(await on.turn()).toEqual([]);
    on.later(21 * SECOND);
    expect(await on.turn()).toEqual(['done']);
    expect(await on.job(`push:${order}:1`)).toMatchObject({ attempts: 1, tries: 1 });
  });

  test('during the call or before its answer is written: uncertain, the same request again, one effect', async () => {
    await on.wantPush(order);
    const [claim] = await on.claim();
    expect(await beginCall(on.context.orm, claim!, on.now)).toBe(true);
    on.later(21 * SECOND);
    expect(await on.turn()).toEqual([]);
    expect(await on.job(`push:${order}:1`)).toMatchObject({
      state: 'waiting',
      outcome_unknown: true,
      last_outcome: 'uncertain',
      tries: 1,
      detail: '处理进程中断，未收到上次调用的结果',
    });
    on.later(2 * SECOND);
    answer(duplicate);
    expect(await on.turn()).toEqual(['done']);
    expect((await on.events(order)).map(({ type }) => type)).toEqual(['push.accepted']);
  });

  test('one job that cannot be ended holds up none of the others', async () => {
    const stuck = `${order}-0`;
    for (const orderNumber of [stuck, order]) {
      await on.wantPush(orderNumber);
      const [claim] = await on.claim();
      await beginCall(on.context.orm, claim!, on.now);
      on.later(SECOND);
    }
    await on.rows(`alter table jobs add constraint stuck check (order_number <> '${stuck}' or state = 'running')`);
    try {
      on.later(21 * SECOND);
      await on.turn();
      expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'waiting', outcome_unknown: true });
      expect(await on.job(`push:${stuck}:1`)).toMatchObject({ state: 'running' });
    } finally {
      await on.rows(`alter table jobs drop constraint stuck`);
    }
    await on.turn();
    expect(await on.job(`push:${stuck}:1`)).toMatchObject({ state: 'waiting' });
  });

  test('each time, to the end: given up and told, not called for ever', async () => {
    await on.wantPush(order);
    for (let death = 1; death <= 9; death += 1) {
      const [claim] = await on.claim();
      await beginCall(on.context.orm, claim!, on.now);
      on.later(21 * SECOND);
      expect(await on.turn()).toEqual([]);
      on.later(7 * HOUR);
    }
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'gave_up', attempts: 9 });
    expect(await on.events(order)).toMatchObject([{ type: 'push.refused', data: { why: 'gave_up' } }]);
  });

  test('one that lives keeps its jobs; one that was only slow no longer decides, unless it succeeded', async () => {
    await on.wantPush(order);
    const [slow] = await on.claim();
    await beginCall(on.context.orm, slow!, on.now);
    on.later(15 * SECOND);
    await renewLeases(on.context.orm, [slow!], on.now);
    on.later(15 * SECOND);
    expect(await on.turn()).toEqual([]);
    expect((await on.job(`push:${order}:1`)).state).toBe('running');

    on.later(6 * SECOND);
    await on.turn();
    on.later(2 * SECOND);
    const [other] = await on.claim();
    expect(await beginCall(on.context.orm, slow!, on.now)).toBe(false);
    await renewLeases(on.context.orm, [slow!], new Date(on.now.getTime() + HOUR));
    const end = (claim: typeof slow, attempt: PushAnswer) =>
      transact(on.context, (tx) => endAttempt(tx, claim!, attempt, on.now));
    const refusal: PushAnswer = { outcome: 'refused', why: 'upstream', detail: { zh: '否', en: 'no' } };
    expect(await end(slow, refusal)).toBe('stale');
    expect(await end(slow, accepted())).toBe('done');
    expect(await end(other, refusal)).toBe('stale');
    expect((await on.events(order)).map(({ type }) => type)).toEqual(['push.accepted']);
  });

  test('one that is told to stop breaks off what hangs, leaves it uncertain and the rest untouched', async () => {
    await on.wantPush(order);
    const called = Promise.withResolvers<void>();
    on.platform.createOrder = (_order, { signal }) => {
      called.resolve();
      return new Promise((resolve) => signal!.addEventListener('abort', () => resolve(uncertain)));
    };
    const worker = startWorker(on.context);
    await called.promise;
    const stopped = worker.stop();
    await on.wantPush(`${order}-b`);
    await stopped;
    expect(await on.job(`push:${order}:1`)).toMatchObject({ state: 'waiting', outcome_unknown: true });
    expect(await on.job(`push:${order}-b:1`)).toMatchObject({ state: 'waiting', attempts: 0 });
  }, 20_000);
});

describe('bulk', () => {
  const context = () => ({ ...on.context, by: 'staff:tester' });

  test('paused, it sends nothing new, whoever starts anew; what may have arrived is followed up; resumed, it goes on', async () => {
    const batch = randomUUID();
    for (const number of [1, 2, 3]) await on.wantPush(`${order}-${number}`, 1, batch);
    on.platform.createOrder = async ({ orderNumber }) => (orderNumber.endsWith('-1') ? uncertain : notSent);
    const [first, second] = (await on.claim()).toSorted((a, b) => a.key.localeCompare(b.key));
    await workJob(on.context, first!, never);
    expect(await setBatchPaused(context(), batch, true)).toMatchObject({ total: 3, waiting: 3, paused: true });
    await workJob(on.context, second!, never);
    await on.wantPush(`${order}-4`, 1, batch);
    const states = async () =>
      (await on.rows<{ state: string }>(`select state from jobs where batch_id = ? order by key`, [batch])).map(
        ({ state }) => state,
      );
    // The third is claimed by a process that dies now.
    expect(await states()).toEqual(['waiting', 'paused', 'running', 'paused']);
    on.later(HOUR);
    answer();
    await on.turn(await on.aProcess());
    expect(await states()).toEqual(['done', 'paused', 'paused', 'paused']);
    expect(await setBatchPaused(context(), batch, false)).toMatchObject({ done: 1, waiting: 3, paused: false });
    await on.turn();
    expect(await states()).toEqual(['done', 'done', 'done', 'done']);
    const { items } = await listBatches(on.context.orm.em.fork(), { limit: 10 });
    expect(items).toEqual([
      {
        id: batch,
        total: 4,
        done: 4,
        refused: 0,
        waiting: 0,
        paused: false,
        createdAt: expect.any(String),
      },
    ]);
    const acts = await on.rows<{ action: string }>(
      `select data->>'action' as action from outbox where data->>'resourceId' = ? order by id`,
      [batch],
    );
    expect(acts.map(({ action }) => action)).toEqual(['batch_paused', 'batch_resumed']);
    await expect(setBatchPaused(context(), randomUUID(), true)).rejects.toThrow(NotFound);
  });

  test('a person does not wait behind bulk calls that hang', async () => {
    const batch = randomUUID();
    const release = Promise.withResolvers<void>();
    on.platform.createOrder = async (_order, { priority }) => {
      if (priority === 'bulk') await release.promise;
      return accepted();
    };
    for (let number = 0; number < 60; number += 1) await on.wantPush(`${order}-${number}`, 1, batch);
    const worker = startWorker(on.context);
    await expect.poll(() => on.pushes.length, { timeout: 10_000 }).toBe(48);
    await on.wantPush(order);
    worker.wake();
    await expect.poll(async () => (await on.job(`push:${order}:1`)).state, { timeout: 2_000 }).toBe('done');
    release.resolve();
    await expect.poll(() => on.rows(`select 1 from jobs where state <> 'done'`), { timeout: 10_000 }).toEqual([]);
    await worker.stop();
    expect(on.pushes).toHaveLength(61);
  });

  test('a thousand orders, a platform that drops, fails and hangs, two processes: each accepted exactly once', async () => {
    const batch = randomUUID();
    const all = Array.from({ length: 1_000 }, (_, index) => `${order}-${index}`);
    for (const number of all) on.orders.set(number, { round: 1, haierStatus: 'push_pending' });
    await on.tell(...all.map((number) => wish(number, 1, 'push_pending', batch)));
    const taken = new Map<string, number>();
    const calling = new Set<string>();
    let seed = 7;
    // A fixed row of numbers from 0 to 1, so that each run is the same.
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    on.platform.createOrder = async ({ orderNumber }) => {
      expect(calling.has(orderNumber)).toBe(false);
      calling.add(orderNumber);
      await new Promise((resolve) => setImmediate(resolve));
      calling.delete(orderNumber);
      const fate = random();
      if (fate < 0.1) return uncertain;
      if (fate < 0.15) return notSent;
      if (taken.has(orderNumber)) return duplicate;
      taken.set(orderNumber, (taken.get(orderNumber) ?? 0) + 1);
      return fate < 0.5 ? uncertain : accepted();
    };
    const processes = [on.context, await on.aProcess()];
    for (let turn = 0; turn < 60; turn += 1) {
      await Promise.all(processes.map((process) => on.turn(process)));
      on.later(HOUR);
    }
    expect([taken.size, Math.max(...taken.values())]).toEqual([1_000, 1]);
    expect(await on.rows(`select state, count(*)::int as count from jobs group by state`)).toEqual([
      { state: 'done', count: 1_000 },
    ]);
    const told = await on.rows<{ type: string; count: number; orders: number }>(
      `select type, count(*)::int as count, count(distinct subject)::int as orders from outbox
        where subject like ? group by type`,
      [`${order}-%`],
    );
    expect(told).toEqual([{ type: 'push.accepted', count: 1_000, orders: 1_000 }]);
    expect(on.pushes.length).toBeGreaterThan(1_300);
  });
});

describe('for staff', () => {
  const retry = (id: string) => retryJob({ ...on.context, by: 'staff:tester' }, { id });
  const list = (input: Partial<Parameters<typeof listJobs>[1]> = {}) =>
    listJobs(on.context.orm.em.fork(), { limit: 20, ...input }, on.now);

  test('jobs are listed newest first, by page and by what is asked for', async () => {
    const batch = randomUUID();
    await on.wantPush(`${order}-a`, 1, batch);
    await on.wantPush(`${order}-b`);
    await on.wantCancel(`${order}-c`);
    const [a, b, c] = [`push:${order}-a:1`, `push:${order}-b:1`, `cancel:${order}-c:2`];
    expect(keysOf((await list()).items)).toEqual([c, b, a]);
    const first = await list({ limit: 2 });
    expect(keysOf(first.items)).toEqual([c, b]);
    expect(keysOf((await list({ limit: 2, cursor: first.nextCursor! })).items)).toEqual([a]);
    expect(keysOf((await list({ kind: 'cancel' })).items)).toEqual([c]);
    expect(keysOf((await list({ batchId: batch })).items)).toEqual([a]);
    expect(keysOf((await list({ orderNumber: `${order}-b` })).items)).toEqual([b]);
    expect((await list({ state: 'done' })).items).toEqual([]);
    expect((await list({ orderNumber: `${order}-b` })).items[0]).toMatchObject({
      kind: 'push',
      state: 'waiting',
      attempts: 0,
      nextAttemptAt: on.now.toISOString(),
      batchId: null,
      retry: { allowed: true, reason: null, reasonEn: null },
    });
    await expect(list({ cursor: 'x' })).rejects.toThrow('分页游标无效');
  });

  test('one that waits is called at once, with the whole schedule before it, by name', async () => {
    await on.wantPush(order);
    answer(notSent, notSent);
    await on.turn();
    on.later(2 * SECOND);
    await on.turn();
    const { public_id } = await on.job(`push:${order}:1`);
    expect(await retry(public_id)).toMatchObject({ state: 'waiting', attempts: 2 });
    expect(await on.job(`push:${order}:1`)).toMatchObject({ tries: 0 });
    expect(await on.events(order)).toMatchObject([
      { type: 'staff.acted', data: { actor: 'staff:tester', action: 'job_retried', resourceId: public_id } },
    ]);
    expect(await on.turn()).toEqual(['done']);
  });

  test('one that ended gets another attempt only while the order waits for it', async () => {
    await on.wantPush(order);
    answer({ outcome: 'refused', why: 'authentication', detail: { zh: '认证失败', en: 'no' } });
    await on.turn();
    const { public_id } = await on.job(`push:${order}:1`);
    on.orders.set(order, { round: 1, haierStatus: 'failed' });
    await expect(retry(public_id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: '订单已不再等待这次请求，请在订单页重新推送',
    });
    on.orders.set(order, { round: 1, haierStatus: 'push_pending' });
    await retry(public_id);
    expect(await on.turn()).toEqual(['done']);
    await expect(retry(public_id)).rejects.toThrow('平台已受理，请等待回调');
    await expect(retry(randomUUID())).rejects.toThrow(NotFound);
  });

  test.each<[string, PushAnswer, string]>([
    ['has it already', duplicate, 'push.accepted'],
    ['never had it', accepted('SO.9'), 'push.accepted'],
    ['does not want it', { outcome: 'refused', why: 'upstream', detail: { zh: '库存不足', en: 'no' } }, 'push.refused'],
  ])('one that was taken and never called back about can be made again: the platform %s', async (_name, says, told) => {
    await on.wantPush(order);
    await on.turn();
    const { public_id } = await on.job(`push:${order}:1`);
    on.later(14 * 60 * SECOND);
    await expect(retry(public_id)).rejects.toThrow('15 分钟后仍无回调可重试');
    on.later(60 * SECOND);
    expect((await list({ orderNumber: order })).items[0]!.retry).toEqual({
      allowed: true,
      reason: null,
      reasonEn: null,
    });

    answer(says);
    await retry(public_id);
    await on.turn();
    expect(on.pushes.filter(([sent]) => sent.orderNumber === order)).toHaveLength(2);
    expect((await on.events(order)).map(({ type }) => type)).toEqual(['push.accepted', 'staff.acted', told]);
  });

  test('one that was taken and called back about is done for good', async () => {
    await on.wantPush(order);
    await on.turn();
    on.later(DAY);
    await on.tell(wish(order, 1, 'confirmed'));
    const { public_id } = await on.job(`push:${order}:1`);
    await expect(retry(public_id)).rejects.toThrow('已完成，无需重试');
    expect((await list({ orderNumber: order })).items[0]!.retry.allowed).toBe(false);
  });

  test('a platform that asks for time gets it, whether or not the call may have arrived', async () => {
    await on.wantPush(order);
    answer({ ...uncertain, retryAfterMs: 60 * SECOND } as PushAnswer);
    await on.turn();
    const job = await on.job(`push:${order}:1`);
    expect(job).toMatchObject({ state: 'waiting', outcome_unknown: true });
    expect(Date.parse(job.next_attempt_at!) - on.now.getTime()).toBeGreaterThanOrEqual(60 * SECOND);
  });

  test('not while it runs, and not when a newer one is there', async () => {
    await on.wantPush(order);
    await on.claim();
    const { public_id } = await on.job(`push:${order}:1`);
    await expect(retry(public_id)).rejects.toThrow('正在执行');
    on.later(30 * SECOND);
    answer({ outcome: 'refused', why: 'upstream', detail: { zh: '否', en: 'no' } });
    await on.turn();
    await on.wantPush(order, 2);
    await expect(retry(public_id)).rejects.toThrow('已有更新的请求');
    const { items } = await list({ orderNumber: order });
    expect(items.map(({ retry: { allowed } }) => allowed)).toEqual([true, false]);
  });

  test('not while orders cannot be asked', async () => {
    await using away = await jobsOnDatabase();
    await away.wantPush(order);
    away.platform.createOrder = async () => duplicate;
    await away.turn();
    await away.ordersAway();
    const { public_id } = await away.job(`push:${order}:1`);
    await expect(retryJob({ ...away.context, by: 'staff:tester' }, { id: public_id })).rejects.toThrow(NotServed);
  });

  test('measures and retention', async () => {
    await on.wantPush(`${order}-a`);
    await on.wantPush(`${order}-b`);
    on.platform.createOrder = async ({ orderNumber }) => (orderNumber.endsWith('a') ? accepted() : duplicate);
    await on.turn();
    await on.wantPush(`${order}-c`);
    on.later(60 * SECOND);
    await measureJobs(on.context);
    const text = await on.context.metrics.all.registry.metrics();
    expect(text).toContain('integrations_jobs{kind="push",state="waiting",service="integrations"} 1');
    expect(text).toContain('integrations_oldest_due_job_seconds{service="integrations"} 60');
    expect(text).toContain('integrations_push_success_ratio{service="integrations"} 0.5');
    expect(text).toMatch(/integrations_jobs_ended_total\{kind="push",outcome="refused",service="integrations"\} \d/);

    await pruneJobs(on.context.orm, new Date(on.now.getTime() + 89 * DAY));
    expect(await on.rows(`select 1 from jobs`)).toHaveLength(3);
    await pruneJobs(on.context.orm, new Date(on.now.getTime() + 91 * DAY));
    expect(keysOf(await on.rows<{ key: string }>(`select key from jobs`))).toEqual([`push:${order}-c:1`]);
  });
});
