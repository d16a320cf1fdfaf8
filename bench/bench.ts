import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { type OrderRange } from './confirm-callbacks.ts';
import { cpuBetween, type CpuUse, cpuUse } from './cpu-use.ts';
import type { HttpJob } from './http-load.ts';
import { runLoad } from './load-process.ts';
import { measureAdminWeb } from './measure-admin-web.ts';
import type { Measured, Pace } from './measure-lanes.ts';
import { measurePush } from './measure-push.ts';
import { measureSync } from './measure-sync.ts';
import { type Platforms, startPlatforms } from './platforms.ts';
import { findPgbench, runPgbench } from './pgbench.ts';
import { countConfirmed, prepareOrders, untilOutboxIsEmpty } from './prepare-orders.ts';
import {
  percentileOf,
  ratios,
  rounded,
  type SideResult,
  type Spread,
  spreadOf,
  summarise,
  tableLines,
} from './report.ts';
import type { SqlJob } from './sql-load.ts';
import { type BenchStack, startStack } from './stack.ts';

const ROUNDS = numberOf('BENCH_ROUNDS', 5);
const WINDOW_MS = numberOf('BENCH_SECONDS', 4) * 1_000;
const WARM_UP_MS = 1_000;
/** The first time code runs it is compiled; that belongs to no round. */
const FIRST_WARM_UP_MS = 3_000;
const REJECT_LANES = 32;
const REJECT_ORDERS = 2_000;
/** Orders are prepared for this rate or the best one seen, and some more. */
const LEAST_PER_SECOND = 5_000;
const ORDERS_MARGIN = 1.6;
/** What a system does on its own; beyond it the figures are those of a busy machine. */
const FOREIGN_CORES_TOLERATED = 0.15;
const DRAIN_WITHIN_MS = 120_000;
/** What is measured; all of it unless told otherwise. */
const PARTS = new Set((process.env['BENCH_PARTS'] || 'callbacks,sync,push,web').split(','));
const SYNC_ROUNDS = 3;
const SYNC_PRODUCTS = 10_000;
/** Catalogues between which memory may not grow by much. */
const SMALL_CATALOGUE = 1_000;
const LARGE_CATALOGUE = 50_000;
const PUSH_ROUNDS = 3;
/** As many as one bulk push takes. */
const PUSH_ORDERS = 1_000;
const LATEST = join(import.meta.dirname, 'latest.json');

/** Ratios that are promised, each over/under within one round. */
const TARGETS = {
  callbackPathVsSql32: { over: 'path32', under: 'sql32', atLeast: 0.8 },
  callbackPathVsSql128: { over: 'path128', under: 'sql128', atLeast: 1.2 },
  rejectVsBareHono: { over: 'reject', under: 'bareHono', atLeast: 0.7 },
} as const;

/** Figures that are promised not to be exceeded, by the median of the rounds or by any of them. */
const CEILINGS = {
  syncTimeVsBudget: { atMost: 1.3, by: 'median' },
  syncMemoryGrowthMb: { atMost: 60, by: 'median' },
  pushPeakCallsPerSecond: { atMost: 100, by: 'max' },
  manualPushP95Ms: { atMost: 2_000, by: 'median' },
  pushTimeVsBudget: { atMost: 1.3, by: 'median' },
} as const;

const TITLES: Record<string, string> = {
  sql32: 'a  SQL, one transaction per callback, 32 connections',
  path32: 'c  whole path, HTTP in to committed and answered, 32',
  pgbench32: "a' the same SQL sent by pgbench, 32",
  sql128: 'a  SQL, one transaction per callback, 128 connections',
  path128: 'c  whole path, HTTP in to committed and answered, 128',
  pgbench128: "a' the same SQL sent by pgbench, 128",
  bareHono: `b  bare Hono route that verifies the signature, ${REJECT_LANES}`,
  reject: `d  gateway refuses a wrong signature, ${REJECT_LANES}`,
};

const startedMs = performance.now();
const say = (line: string) =>
  process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);

await run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const stack = await startStack({ parentDir: process.env['BENCH_DIR'], log: say });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stack.stop().then(() => process.exit(1)));
  }
  try {
    const results = new Map<string, SideResult[]>();
    const pgbench = await findPgbench();
    if (PARTS.has('callbacks')) await measureCallbacks(stack, results, pgbench);
    const platforms = PARTS.has('sync') || PARTS.has('push') ? await startPlatforms(stack) : undefined;
    const syncs = platforms && PARTS.has('sync') ? await measureSyncs(platforms, stack) : [];
    const pushes = platforms && PARTS.has('push') ? await measurePushes(platforms, stack) : [];
    const web = PARTS.has('web') ? await measureAdminWeb(stack, say) : [];
    await report(results, [...syncs, ...pushes, ...web], stack, pgbench);
  } finally {
    await stack.stop();
  }
}

async function measureCallbacks(
  stack: BenchStack,
  results: Map<string, SideResult[]>,
  pgbench: string | undefined,
): Promise<void> {
  const measure = sidesOf(stack);
  say('warming up');
  const warmUp: Timing = { warmUpMs: 0, windowMs: FIRST_WARM_UP_MS };
  for (const side of ['sql32', 'path32', 'path128', 'bareHono', 'reject'] as const) await measure[side](warmUp);

  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sidesOfRound(round, pgbench !== undefined)) {
      const result = await measure[side]({ warmUpMs: WARM_UP_MS, windowMs: WINDOW_MS });
      results.set(side, [...(results.get(side) ?? []), result]);
      const perSecond = Math.round(result.perSecond).toString().padStart(6);
      say(`round ${round + 1}/${ROUNDS}  ${side.padEnd(10)} ${perSecond}/s`);
    }
  }
}

/** Memory first, in a process that is new: what it held once it keeps. */
async function measureSyncs(platforms: Platforms, { database }: BenchStack): Promise<Ceiling[]> {
  const sync = async (products: number) => {
    const measured = await measureSync(platforms, database, products);
    const { seconds, budgetSeconds, peakMb } = measured;
    say(
      `sync of ${products} products  ${seconds.toFixed(1)} s, budget ${budgetSeconds.toFixed(1)} s, ${peakMb.toFixed(0)} MB at most`,
    );
    return measured;
  };
  const small = await sync(SMALL_CATALOGUE);
  const large = await sync(LARGE_CATALOGUE);
  const shares: number[] = [];
  for (let round = 0; round < SYNC_ROUNDS; round++) {
    const { seconds, budgetSeconds } = await sync(SYNC_PRODUCTS);
    shares.push(seconds / budgetSeconds);
  }
  const time = ceiling('syncTimeVsBudget', shares, 3);
  // Where nobody tells how much memory another process has, there is no figure.
  return Number.isNaN(large.peakMb) ? [time] : [time, ceiling('syncMemoryGrowthMb', [large.peakMb - small.peakMb], 1)];
}

/** Each round is one bulk push with single ones meanwhile. */
async function measurePushes(platforms: Platforms, { database }: BenchStack): Promise<Ceiling[]> {
  const rounds = [];
  for (let round = 0; round < PUSH_ROUNDS; round++) {
    const measured = await measurePush(platforms, database, { prefix: `P${round}-`, count: PUSH_ORDERS });
    const { seconds, budgetSeconds, peakCallsPerSecond, manualMs } = measured;
    const manualP95Ms = percentileOf(manualMs, 0.95);
    say(
      `push of ${PUSH_ORDERS} orders  ${seconds.toFixed(1)} s, budget ${budgetSeconds.toFixed(1)} s, ${peakCallsPerSecond} calls/s at most; ${manualMs.length} single pushes, p95 ${manualP95Ms.toFixed(0)} ms`,
    );
    rounds.push({ time: seconds / budgetSeconds, peakCallsPerSecond, manualP95Ms });
  }
  return [
    ceiling(
      'pushPeakCallsPerSecond',
      rounds.map((round) => round.peakCallsPerSecond),
      0,
    ),
    ceiling(
      'manualPushP95Ms',
      rounds.map((round) => round.manualP95Ms),
      0,
    ),
    ceiling(
      'pushTimeVsBudget',
      rounds.map((round) => round.time),
      3,
    ),
  ];
}

type Ceiling = { readonly name: string; readonly spread: Spread; readonly atMost: number; readonly met: boolean };

function ceiling(name: keyof typeof CEILINGS, values: readonly number[], digits: number): Ceiling {
  const spread = rounded(spreadOf(values), digits);
  const { atMost, by } = CEILINGS[name];
  return { name, spread, atMost, met: spread[by] <= atMost };
}

/** The two sides of a ratio run next to each other; which goes first, and which ratio, changes from round to round. */
function sidesOfRound(round: number, withPgbench: boolean): Side[] {
  const pairs: Side[][] = [
    ['sql32', 'path32'],
    ['sql128', 'path128'],
    ['bareHono', 'reject'],
  ];
  const turned = [...pairs.slice(round % pairs.length), ...pairs.slice(0, round % pairs.length)];
  const measured = turned.flatMap((pair) => (round % 2 === 0 ? pair : pair.toReversed()));
  return withPgbench ? [...measured, 'pgbench32', 'pgbench128'] : measured;
}

function sidesOf({ dir, database, databaseUrl, ports, pids }: BenchStack) {
  // Rates of earlier measurements say how many orders the next one needs.
  const bestRate = new Map<string, number>();
  let ranges = 0;
  const freshOrders = async (kind: string, { warmUpMs, windowMs }: Timing): Promise<OrderRange> => {
    const perSecond = Math.max(LEAST_PER_SECOND, bestRate.get(kind) ?? 0);
    const count = Math.ceil((perSecond * ORDERS_MARGIN * (warmUpMs + windowMs)) / 1_000);
    const range = { prefix: `B${(ranges += 1)}-`, count };
    await prepareOrders(database, range);
    return range;
  };
  const remember = (kind: string, perSecond: number) =>
    bestRate.set(kind, Math.max(perSecond, bestRate.get(kind) ?? 0));

  const sql = (lanes: number) => async (timing: Timing) => {
    const orders = await freshOrders('sql', timing);
    const watch = watchCpu(pids);
    const measured = await runLoad<SqlJob>('sql-load.ts', { databaseUrl, orders, lanes, ...timing }, watch);
    await expectConfirmed(orders, measured);
    remember('sql', rateOf(measured));
    return sideResult(measured, timing, watch);
  };
  const path = (lanes: number) => async (timing: Timing) => {
    const orders = await freshOrders('path', timing);
    const watch = watchCpu(pids);
    const job: HttpJob = {
      port: ports.gateway,
      orders,
      signing: 'right',
      cycle: false,
      expect: '"success":true',
      lanes,
      ...timing,
    };
    const measured = await runLoad<HttpJob>('http-load.ts', job, watch);
    await expectConfirmed(orders, measured);
    const outbox = await untilOutboxIsEmpty(database, DRAIN_WITHIN_MS);
    remember('path', rateOf(measured));
    return { ...sideResult(measured, timing, watch), outbox };
  };
  const refused = (port: number) => async (timing: Timing) => {
    const watch = watchCpu(pids);
    const orders = { prefix: 'NONE-', count: REJECT_ORDERS };
    const job: HttpJob = {
      port,
      orders,
      signing: 'wrong',
      cycle: true,
      expect: '"success":false',
      lanes: REJECT_LANES,
      ...timing,
    };
    return sideResult(await runLoad<HttpJob>('http-load.ts', job, watch), timing, watch);
  };
  const bySqlAlone = (lanes: number) => async (timing: Timing) => {
    const orders = await freshOrders('pgbench', timing);
    const perSecond = await runPgbench({ databaseUrl, orders, lanes, windowMs: timing.windowMs, dir });
    remember('pgbench', perSecond);
    return { perSecond };
  };

  async function expectConfirmed(orders: OrderRange, { finished }: Measured) {
    const confirmed = await countConfirmed(database, orders);
    if (confirmed !== finished)
      throw new Error(`${finished} callbacks were answered with success, and ${confirmed} orders are confirmed`);
  }
  return {
    sql32: sql(32),
    sql128: sql(128),
    path32: path(32),
    path128: path(128),
    bareHono: refused(ports.bareHono),
    reject: refused(ports.gateway),
    pgbench32: bySqlAlone(32),
    pgbench128: bySqlAlone(128),
  } satisfies Record<string, (timing: Timing) => Promise<SideResult>>;
}

function watchCpu(pids: Readonly<Record<string, number | undefined>>) {
  let from: CpuUse | undefined;
  let used: ReturnType<typeof cpuBetween> | undefined;
  return {
    opened(load: number) {
      from = cpuUse({ ...pids, load });
    },
    closed(load: number) {
      if (from) used = cpuBetween(from, cpuUse({ ...pids, load }));
    },
    used: () => used,
  };
}

function sideResult(measured: Measured, { windowMs }: Timing, watch: ReturnType<typeof watchCpu>): SideResult {
  if (measured.windowMs < windowMs / 2) throw new Error('the prepared orders ran out too early to measure anything');
  const used = watch.used();
  if (!used) return { perSecond: rateOf(measured), latencyMs: measured.latencyMs };
  const cpuUs = Object.fromEntries(
    Object.entries(used.byName).map(([name, ms]) => [name, (ms * 1_000) / measured.counted]),
  );
  return {
    perSecond: rateOf(measured),
    latencyMs: measured.latencyMs,
    cpuUs,
    foreignCores: used.foreign / measured.windowMs,
  };
}

function rateOf({ counted, windowMs }: Measured): number {
  return (counted * 1_000) / windowMs;
}

async function report(
  results: ReadonlyMap<string, readonly SideResult[]>,
  ceilings: readonly Ceiling[],
  { versions }: BenchStack,
  pgbench: string | undefined,
): Promise<void> {
  const targets = Object.entries(TARGETS).flatMap(([name, { over, under, atLeast }]) => {
    const found = ratios(results, over, under);
    if (found.length === 0) return [];
    const spread = rounded(spreadOf(found), 3);
    return [{ name, spread, atLeast, met: spread.median >= atLeast }];
  });
  const sides = Object.keys(TITLES).flatMap((side) =>
    results.has(side) ? [[side, summarise(results.get(side)!)] as const] : [],
  );

  const lines = [
    ...tableLines([
      ['side', 'per second', 'min', 'max', 'p50 ms', 'p99 ms'],
      ...sides.map(([side, { perSecond, latencyMs }]) => [
        TITLES[side]!,
        ...[perSecond.median, perSecond.min, perSecond.max].map(String),
        ...(latencyMs ? [latencyMs.p50.toFixed(1), latencyMs.p99.toFixed(1)] : ['', '']),
      ]),
    ]),
    '',
    ...tableLines([
      ['ratio within each round', 'median', 'min', 'max', 'target', ''],
      ...targets.map(({ name, spread, atLeast, met }) => [
        name,
        ...[spread.median, spread.min, spread.max].map((value) => value.toFixed(2)),
        `>= ${atLeast}`,
        met ? 'met' : 'NOT MET',
      ]),
      ...ceilings.map(({ name, spread, atMost, met }) => [
        name,
        ...[spread.median, spread.min, spread.max].map((value) => value.toFixed(2)),
        `<= ${atMost}`,
        met ? 'met' : 'NOT MET',
      ]),
    ]),
    '',
    'processor time per unit of work, in microseconds',
    ...sides.flatMap(([side, { cpuUs }]) =>
      cpuUs
        ? [
            `  ${side.padEnd(10)} ${Object.entries(cpuUs)
              .map(([name, us]) => `${name} ${us}`)
              .join(' · ')}`,
          ]
        : [],
    ),
  ];
  const foreigns = sides.flatMap(([, { foreignCores }]) => foreignCores?.median ?? []);
  const foreign = foreigns.length > 0 ? spreadOf(foreigns).median : 0;
  if (foreign > FOREIGN_CORES_TOLERATED) {
    lines.push('', `other programs kept ${foreign.toFixed(2)} cores busy meanwhile: measure again on an idle machine`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);

  const latest = {
    measuredAt: new Date().toISOString(),
    rounds: ROUNDS,
    windowSeconds: WINDOW_MS / 1_000,
    ...Object.fromEntries([...targets, ...ceilings].map(({ name, spread }) => [name, spread])),
    targets: Object.fromEntries([
      ...targets.map(({ name, atLeast, met }) => [name, { atLeast, met }]),
      ...ceilings.map(({ name, atMost, met }) => [name, { atMost, met }]),
    ]),
    alsoMeasured: Object.fromEntries(
      [32, 128].flatMap((lanes) => {
        const values = ratios(results, `path${lanes}`, `pgbench${lanes}`);
        return values.length > 0 ? [[`callbackPathVsPgbench${lanes}`, rounded(spreadOf(values), 3)]] : [];
      }),
    ),
    sides: Object.fromEntries(sides),
    machine: {
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      loadAtEnd: loadavg().map((load) => Number(load.toFixed(2))),
      ...versions,
      pgbench: pgbench ?? null,
    },
  };
  await writeFile(LATEST, `${JSON.stringify(latest, null, 2)}\n`);
  process.stdout.write('\nwritten to bench/latest.json\n');
}

function numberOf(name: string, fallback: number): number {
  const value = Number(process.env[name] || fallback);
  if (!(value > 0)) throw new Error(`${name} is no positive number`);
  return value;
}

type Timing = Pick<Pace, 'warmUpMs' | 'windowMs'>;
type Side = keyof ReturnType<typeof sidesOf>;
