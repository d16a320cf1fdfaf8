import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { connectJetStream } from '@orderbridge/service-kit/jetstream/connect';
import { serveCall } from '@orderbridge/service-kit/nats-calls';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { expect, test } from 'vitest';
import { codeOf } from './_scripted-haier.ts';
import { syncsOnDatabase } from './_sync.ts';

test('a run whose process is killed, again and again, tells every product once', async () => {
  const size = 3_000;
  await using syncs = await syncsOnDatabase({ size });
  const { id } = await syncs.start({ type: 'products', prices: true });
  const done = async () =>
    (await syncs.rows<{ count: number }>(`select count(*)::int as count from sync_items where state = 'done'`))[0]!
      .count;
  const status = async () => (await syncs.get(id)).status;

  let kills = 0;
  // The clock of each process is ahead of the last one's by more than a lease.
  for (let turn = 0; (await status()) !== 'success' && turn < 10; turn += 1) {
    const child = fork(new URL('./_sync-process.ts', import.meta.url), [
      syncs.database.url,
      String(size),
      String(turn * 60_000),
    ]);
    const gone = once(child, 'exit');
    const goal = (await done()) + 500;
    while (child.exitCode === null && !(turn < 4 && (await done()) >= goal)) await delay(5);
    if (child.exitCode === null && child.kill('SIGKILL')) kills += 1;
    await gone;
  }

  expect(kills).toBeGreaterThanOrEqual(3);
  expect(await syncs.get(id)).toMatchObject({
    status: 'success',
    totalCount: size,
    successCount: size,
    failedCount: 0,
  });
  const told = (await syncs.told(id)).flat().map((item) => item.productCode);
  expect([told.length, new Set(told).size]).toEqual([size, size]);
});

test('a run of prices takes the codes of the catalogue from orders, page by page, and says so when orders is away', async () => {
  await using nats = await testNats();
  const js = await connectJetStream({ url: nats.url, name: 'sync test' });
  const codes = Array.from({ length: 1_203 }, (_, n) => codeOf(n));
  await using syncs = await syncsOnDatabase({ size: 2_000, js });

  const alone = await syncs.run({ type: 'prices' });
  expect(alone).toMatchObject({ status: 'failed', totalCount: 0 });
  expect(alone.message).toContain('订单服务暂时不可用，无法读取商品目录');

  const asked: (string | null)[] = [];
  const serving = serveCall(
    js.connection,
    internalCalls.productCodes,
    { queueGroup: 'orders', log: { warn: () => {}, error: () => {} } },
    async ({ after, limit }) => {
      asked.push(after);
      const from = after === null ? 0 : codes.indexOf(after) + 1;
      const page = codes.slice(from, from + limit);
      return { codes: page, next: from + limit < codes.length ? page.at(-1)! : null };
    },
  );
  const run = await syncs.run({ type: 'prices' });
  await serving.stop();
  await js.close();
  expect(run).toMatchObject({ status: 'success', totalCount: 1_203, successCount: 1_203 });
  expect(asked).toEqual([null, codes[499], codes[999]]);
  expect(syncs.haier.callsOf('products')).toEqual([]);
});

test('memory does not grow with the catalogue', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  /** The most that is held at any of twenty moments of a run, in MiB. */
  const heldWhile = async (size: number) => {
    await using syncs = await syncsOnDatabase({ size });
    let calls = 0;
    let most = 0;
    syncs.haier.script.answer = ({ what }) => {
      // What the script itself remembers is no part of it.
      syncs.haier.calls.length = 0;
      if (what !== 'products' || (calls += 1) % Math.ceil(size / 400) !== 0) return;
      gc();
      most = Math.max(most, process.memoryUsage().heapUsed / 2 ** 20);
    };
    expect(await syncs.run({ type: 'products', prices: true })).toMatchObject({ status: 'success', totalCount: size });
    return most;
  };
  await heldWhile(1_000);
  const small = await heldWhile(1_000);
  // All of them at once would be 5 MiB and more.
  expect((await heldWhile(10_000)) - small).toBeLessThan(3);
});
