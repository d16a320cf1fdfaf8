import { PLAYED_ENV, playedPlatforms } from '@orderbridge/mock-upstreams/testing/played-platforms';
import { YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { jobApi } from '@orderbridge/contracts/integrations-api';
import { NotFound } from '../src/errors.ts';
import { beginCall } from '../src/jobs/begin-call.ts';
import { getJob } from '../src/jobs/get-job.ts';
import { maskExchange } from '../src/jobs/mask-exchange.ts';
import { pruneJobs } from '../src/jobs/prune-jobs.ts';
import { workJob } from '../src/jobs/work-job.ts';
import { accepted, jobsOnDatabase, notSent, uncertain } from './_jobs.ts';
import { demoSuppliers, demoValues, playPlatform, type Reply } from './_platform.ts';

const never = new AbortController().signal;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
const on = stack.use(await jobsOnDatabase());
const played = stack.use(await playedPlatforms());
const playedSuppliers = stack.use(
  demoSuppliers(played.url, {
    timeoutMs: 500,
    values: {
      ...demoValues(played.url),
      customer_code: PLAYED_ENV.HAIER_CUSTOMER_CODE,
      ylh_auth_url: `${played.url}${YLH_ROOTS.auth}`,
      ylh_intake_url: `${played.url}${YLH_ROOTS.intake}`,
      ylh_username: PLAYED_ENV.YLH_USERNAME,
      ylh_password: PLAYED_ENV.YLH_PASSWORD,
      ylh_client_id: PLAYED_ENV.YLH_CLIENT_ID,
      ylh_client_secret: PLAYED_ENV.YLH_CLIENT_SECRET,
      source_system: PLAYED_ENV.YLH_SOURCE_SYSTEM,
      shop_name: PLAYED_ENV.YLH_SHOP_NAME,
    },
  }),
);
const process = { ...on.context, suppliers: playedSuppliers };

let n = 0;
let order: string;
beforeEach(async () => {
  order = `1764297${String((n += 1)).padStart(9, '0')}`;
  await on.rows(`delete from jobs`);
  await played.control('reset', {});
  await (await playedSuppliers.current()).ylh.signIn({ priority: 'manual' });
});
const fault = (name: string, more: object = {}) =>
  played.control('faults', { match: 'retail-order', fault: name, times: 1, ...more });
const jobOf = async (kind: 'push' | 'cancel' = 'push') => {
  const [row] = await on.rows<{ public_id: string }>(`select public_id from jobs where kind = ?`, [kind]);
  return jobApi.get.output.parse(await getJob(on.context.orm.em.fork(), { id: row!.public_id }, on.now));
};
const attempts = async (kind: 'push' | 'cancel' = 'push') => (await jobOf(kind)).attemptLog;

describe('what is kept of a call', () => {
  test('done: when it was, what was sent and what came back', async () => {
    await on.wantPush(order);
    expect(await on.turn(process)).toEqual(['done']);
    const job = await jobOf();
    expect(job).toMatchObject({ orderNumber: order, state: 'done', attempts: 1 });
    expect(job.attemptLog).toEqual([
      {
        no: 1,
        startedAt: on.now.toISOString(),
        endedAt: on.now.toISOString(),
        outcome: 'done',
        httpStatus: 200,
        durationMs: expect.any(Number),
        url: `${played.url}${YLH_ROOTS.intake}/api/page/hmm/retailorder/receive-hmm-retail-order`,
        request: expect.stringContaining(`"soId":"${order}"`),
        answer: expect.stringContaining('"success":true'),
        detail: null,
        detailEn: null,
      },
    ]);
    expect(JSON.parse(job.attemptLog[0]!.request!)).toMatchObject({
      consigneeName: '***',
      consigneeMobile: '***',
      detailAddress: '***',
      province: '山东省',
      totalAmt: 1000,
    });
  });

  test('refused, in the words of the platform', async () => {
    await fault('success-false', { text: '余额不足' });
    await on.wantPush(order);
    expect(await on.turn(process)).toEqual(['refused']);
    expect(await attempts()).toMatchObject([
      { no: 1, outcome: 'refused', httpStatus: 200, answer: expect.stringContaining('余额不足'), detail: '余额不足' },
    ]);
  });

  test('each of several, the newest first: a lost answer, an error, silence, turned away, and then known there', async () => {
    await fault('drop-after-commit');
    await fault('http-500');
    await fault('slow', { delayMs: 2_000 });
    await fault('http-429');
    await on.wantPush(order);
    for (let turn = 0; turn < 5; turn += 1) {
      await on.turn(process);
      on.later(3_600_000);
    }
    const kept = await attempts();
    expect(kept.map(({ no, outcome, httpStatus, answer }) => [no, outcome, httpStatus, answer !== null])).toEqual([
      [5, 'done', 200, true],
      [4, 'not_sent', 429, true],
      [3, 'uncertain', null, false],
      [2, 'uncertain', 500, true],
      [1, 'uncertain', null, false],
    ]);
    expect(new Set(kept.map(({ request }) => request)).size).toBe(1);
    expect(kept[4]!.detail).toContain('未完整应答');
    expect((await jobOf()).state).toBe('done');
  });

  test('a cancel: its number and its words, without the phone in them', async () => {
    await on.wantCancel(order);
    on.orders.set(order, { round: 2, haierStatus: 'cancel_pending', cancelReason: '请打 138-0000-1234 联系张三丰' });
    await on.turn(process);
    const [kept] = await attempts('cancel');
    expect(JSON.parse(kept!.request!)).toMatchObject({ soId: order, cancelReason: '请打 138****1234 联系***' });
  });
});

describe('what is not a call, or is not known', () => {
  test('a process that died in it: a row says so, which the truth replaces and a second guess does not', async () => {
    await on.wantPush(order);
    const [claim] = await on.claim();
    await beginCall(on.context.orm, claim!, on.now);
    const begunAt = on.now.toISOString();
    on.later(60_000);
    await on.context.orm.em.fork().execute(`update jobs set next_attempt_at = null`);
    // Another takes the job over, and dies before it calls.
    expect(await on.turn(process)).toEqual([]);
    expect(await attempts()).toEqual([
      {
        no: 1,
        startedAt: begunAt,
        endedAt: on.now.toISOString(),
        outcome: 'uncertain',
        httpStatus: null,
        durationMs: null,
        url: null,
        request: null,
        answer: null,
        detail: '处理进程中断，未收到上次调用的结果',
        detailEn: expect.stringContaining('ended before its answer came'),
      },
    ]);
    on.later(3_600_000);
    expect(await on.claim()).toHaveLength(1);
    on.later(3_600_000);
    await on.turn(process);
    expect(await attempts()).toMatchObject([{ no: 1, startedAt: begunAt }]);
  });

  test('whoever was thought dead and answers after all is believed', async () => {
    await on.wantPush(order);
    const [claim] = await on.claim();
    on.platform.createOrder = async () => {
      on.later(60_000);
      expect(await on.turn()).toEqual([]);
      expect(await attempts()).toMatchObject([{ no: 1, outcome: 'uncertain' }]);
      return accepted();
    };
    expect(await workJob(on.context, claim!, never)).toBe('done');
    expect(await attempts()).toMatchObject([{ no: 1, outcome: 'done', detail: null }]);
  });

  test('what was held back is no attempt, and one before any call leaves no row', async () => {
    await on.wantPush(order);
    on.platform.createOrder = async () => ({ ...notSent, isHeldBack: true }) as typeof notSent;
    expect(await on.turn()).toEqual(['held_back']);
    const back = await on.ordersAway();
    on.later(3_600_000);
    expect(await on.turn()).toEqual(['put_back']);
    await back();
    expect(await jobOf()).toMatchObject({ attempts: 0, attemptLog: [] });
  });

  test('the latest twenty of a job are kept, and go with it', async () => {
    on.platform.createOrder = async () => uncertain;
    await on.wantPush(order);
    for (let turn = 0; turn < 23; turn += 1) {
      await on.rows(`update jobs set tries = 0`);
      expect(await on.turn()).toEqual(['waiting']);
      on.later(3_600_000);
    }
    const kept = await attempts();
    expect(kept.map(({ no }) => no)).toEqual(Array.from({ length: 20 }, (_, at) => 23 - at));
    await on.rows(`update jobs set state = 'gave_up'`);
    on.later(91 * 86_400_000);
    await pruneJobs(on.context.orm, on.now);
    expect(await on.rows(`select 1 from job_attempts`)).toEqual([]);
  });

  test('a job that nobody knows', async () => {
    const id = '0193f0aa-0000-7000-8000-000000000001';
    await expect(getJob(on.context.orm.em.fork(), { id }, on.now)).rejects.toThrow(NotFound);
  });
});

// A platform that says everything back that it was sent, and more.
const PERSON = { contactName: '欧阳金丝雀', phone: '0532-8765 4321', addressDetail: '金丝雀路 77 号 3 单元' };
test.each<[string, (said: { body: string; authorization: string }) => Reply]>([
  ['success', ({ body, authorization }) => ({ body: { success: true, data: JSON.parse(body), token: authorization } })],
  ['a refusal', ({ body, authorization }) => ({ body: { success: false, msg: `${authorization} ${body}` } })],
  [
    'JSON in JSON and words',
    ({ body }) => ({
      body: {
        success: false,
        msg: `${PERSON.contactName}（05328765 4321）不在 ${PERSON.addressDetail}`,
        data: body,
        access_token: 'canary-access-token',
      },
    }),
  ],
  ['half a JSON', ({ body }) => ({ body: `{"said":${body.slice(0, -3)}`, headers: {} })],
  [
    'letters by number',
    () => ({
      status: 500,
      body: `{"buyerName":"李\\u56db canary","phone":13912345678,"said":"${[...PERSON.contactName].map((letter) => `\\u${letter.codePointAt(0)!.toString(16)}`).join('')}`,
    }),
  ],
  [
    'a page of a gateway',
    ({ body, authorization }) => ({
      status: 502,
      body: `<html>${authorization} ${encodeURIComponent(body)} 13912345678 demo-ylh-secret demo+ylh%26password</html>`,
    }),
  ],
])('no person and no secret is in what is kept of %s', async (_name, reply) => {
  await using platform = await playPlatform(({ path, body, headers }) =>
    path.includes('oauth')
      ? { body: { access_token: 'canary-access-token', token_type: 'bearer', expires_in: 3_600 } }
      : reply({ body, authorization: headers['authorization']! }),
  );
  await using suppliers = demoSuppliers(platform.url);
  await on.wantPush(order);
  on.orders.set(order, {
    round: 1,
    haierStatus: 'push_pending',
    ...PERSON,
    note: `送到 ${PERSON.addressDetail} 前先打 13912345678，找${PERSON.contactName}`,
  });
  await on.turn({ ...on.context, suppliers });
  expect(platform.to('receive-hmm-retail-order')[0]!.body).toContain(PERSON.contactName);

  const kept = JSON.stringify(await on.rows(`select * from job_attempts`));
  expect(kept).toContain(order);
  const told = JSON.stringify([
    await on.rows(`select * from jobs`),
    await on.events(order),
    await on.rows(`select message from sync_runs where message like ?`, [`%${order}%`]),
  ]);
  for (const canary of ['金丝雀', '4321', '13912345678', 'canary', 'demo-ylh-secret', 'demo+ylh%26password'])
    expect([canary, kept.includes(canary), told.includes(canary)]).toEqual([canary, false, false]);
  expect(decodeURIComponent(kept)).not.toContain('金丝雀');
});

test('what is long is cut after it was masked, within 4 KiB and at a whole letter', () => {
  const cutIn = (long: string) =>
    maskExchange(
      { url: '', request: long, answer: 'a\0b', httpStatus: 200, durationMs: 1 },
      { contactName: '', phone: '', addressDetail: '' },
    );
  const { request, answer } = cutIn(`${'长'.repeat(1_363)}13912345678${'长'.repeat(100)}`);
  expect(request.slice(1_360)).toBe('长长长139*…');
  expect(answer).toBe('a\u2400b');
  for (const before of ['', 'x', 'xx']) {
    const { request: whole } = cutIn(before + '长'.repeat(2_000));
    expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(4_096);
    expect(whole).toMatch(/^x*长+…$/);
  }
});
