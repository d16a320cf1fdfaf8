import { setTimeout as delay } from 'node:timers/promises';
import { internalCalls, type PushOrder } from '@orderbridge/contracts/internal-calls';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import { call, CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import type { IntegrationsContext } from '../context.ts';
import { maskWire } from '../queries/mask-answer.ts';
import type { CallOptions, Exchange, SupplierAccess, Suppliers } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';
import { transact, type Tx } from '../transaction.ts';
import { beginCall } from './begin-call.ts';
import type { Claim } from './claim-jobs.ts';
import { type Attempt, endAttempt, type Ended, type MadeCall } from './end-attempt.ts';
import { changeJob, holdJob } from './hold-job.ts';
import { maskExchange } from './mask-exchange.ts';
import { recordPush } from './record-push.ts';
import type { Turns } from './take-turns.ts';
import { type NoCall, whyNoCall } from './why-no-call.ts';

export type WorkContext = Pick<IntegrationsContext, 'orm' | 'js' | 'now' | 'log' | 'metrics' | 'wakeRelay'> & {
  readonly suppliers: Pick<SupplierAccess, 'current'>;
  /** In which bulk jobs ask orders and write: the answer to a person's push finds a connection free. */
  readonly bulkTurns?: Turns;
};

/**
 * What became of the job: `overtaken` when the order no longer waits for it, `put_back` when something of ours was in
 * the way, which no try is spent on.
 */
export type Worked = Ended | 'overtaken' | 'put_back';

const ASK_TIMEOUT_MS = 5_000;

const WRITE_TRIES = 10;
const WRITE_AGAIN_MS = 1_000;

/** How long a job rests that was put back. */
const PUT_BACK_MS = 5_000;

/**
 * Works on one claimed job: asks orders for the data, calls the platform, writes the answer (design.md §6). Whoever dies
 * on the way leaves a lease that runs out and, from before the call on, the word that its outcome is not known.
 * @throws when the database is away; the lease then runs out
 */
export async function workJob(context: WorkContext, claim: Claim, signal: AbortSignal): Promise<Worked> {
  const { log, metrics } = context;
  const startedAt = performance.now();
  const { worked, attempt } = await work(context, claim, signal);
  const durationMs = performance.now() - startedAt;
  const { kind } = claim;
  if (attempt) metrics.jobAttempts.observe({ kind, outcome: attempt.outcome }, durationMs / 1_000);
  if (worked === 'done' || worked === 'refused' || worked === 'gave_up')
    metrics.jobsEnded.inc({ kind, outcome: worked });
  log.info('job worked', {
    id: claim.id,
    kind,
    orderNumber: claim.orderNumber,
    outcome: worked,
    reason: attempt?.outcome,
    durationMs: Math.round(durationMs),
  });
  return worked;
}

async function work(
  context: WorkContext,
  claim: Claim,
  signal: AbortSignal,
): Promise<{ worked: Worked; attempt?: Attempt }> {
  const { orm, now, log } = context;
  const inTurn: Turns = (claim.priority === 'bulk' && context.bulkTurns) || ((run) => run());
  const end = async (attempt: Attempt, made?: MadeCall) => ({
    worked: await whileHeld(() => inTurn(() => transact(context, (tx) => endAttempt(tx, claim, attempt, now(), made)))),
    attempt,
  });
  const back = async (why: Text) => ({ worked: await transact(context, (tx) => putBack(tx, claim, why, now())) });

  const asked = await inTurn(() => askOrders(context, claim));
  if (asked.answer === 'away') return back(ORDERS_AWAY);
  if (asked.answer === 'broken') return end({ outcome: 'not_sent', uncalled: true, detail: asked.detail });
  const told = whyNoCall(asked.order, claim);
  if (told) return { worked: await transact(context, (tx) => endOvertaken(tx, claim, told, now())) };

  let suppliers: Suppliers;
  try {
    suppliers = await context.suppliers.current();
  } catch (error) {
    log.warn('configuration not read', { id: claim.id }, error);
    return back(NO_CONFIGURATION);
  }
  if (signal.aborted) return back(STOPPING);
  if (!(await inTurn(() => beginCall(orm, claim, now())))) return { worked: 'stale' };
  const startedAt = now();
  const { attempt, exchange } = await callPlatform(context, suppliers, claim, asked.order!, signal);
  return end(attempt, { no: claim.attempts + 1, startedAt, exchange });
}

/** An answer of the platform is worth waiting for a database that is just coming back, as long as the lease is held. */
async function whileHeld<T>(write: () => Promise<T>): Promise<T> {
  for (let left = WRITE_TRIES; ; left -= 1) {
    try {
      return await write();
    } catch (error) {
      if (left <= 1 || !isDatabaseUnavailable(error)) throw error;
      await delay(WRITE_AGAIN_MS);
    }
  }
}

type Asked = { answer: 'order'; order: PushOrder | null } | { answer: 'away' } | { answer: 'broken'; detail: Text };

async function askOrders({ js, log }: WorkContext, { id, orderNumber }: Claim): Promise<Asked> {
  try {
    return {
      answer: 'order',
      order: await call(js.connection, internalCalls.pushOrder, { orderNumber }, ASK_TIMEOUT_MS),
    };
  } catch (error) {
    if (error instanceof CallUnavailable) return { answer: 'away' };
    log.warn('order not read', { id, orderNumber }, error);
    const detail = error instanceof CallRefused ? { zh: error.message, en: error.messageEn } : BAD_NUMBER;
    return { answer: 'broken', detail };
  }
}

async function endOvertaken(tx: Tx, claim: Claim, { state, detail }: NoCall, now: Date): Promise<Worked> {
  const held = await holdJob(tx, claim);
  if (held?.state !== 'running' || held.leaseNo !== claim.leaseNo) return 'stale';
  const isDone = state === 'done';
  await changeJob(tx, held, now, { state, detail, ...(isDone && { outcomeUnknown: false }) });
  if (claim.attempts > 0) await recordPush(tx, held, isDone, detail, now);
  return 'overtaken';
}

async function putBack(tx: Tx, claim: Claim, detail: Text, now: Date): Promise<Worked> {
  const held = await holdJob(tx, claim);
  if (held?.state !== 'running' || held.leaseNo !== claim.leaseNo) return 'stale';
  const state = held.batchPaused && !held.outcomeUnknown ? 'paused' : 'waiting';
  await changeJob(tx, held, now, { state, nextAttemptAt: new Date(now.getTime() + PUT_BACK_MS), detail });
  return 'put_back';
}

async function callPlatform(
  { log }: WorkContext,
  { ylh }: Suppliers,
  { id, kind, orderNumber, priority, plannedAt }: Claim,
  order: PushOrder,
  signal: AbortSignal,
): Promise<{ attempt: Attempt; exchange?: Exchange | undefined }> {
  let exchange: Exchange | undefined;
  const options: CallOptions = {
    priority,
    signal,
    // After a new sign-in the same is sent again; the last of them is what the answer belongs to.
    onExchange: (seen) => {
      exchange = maskExchange(seen, order);
    },
  };
  const call = async (): Promise<Attempt> => {
    if (kind === 'push') return ylh.createOrder(order, options);
    // The same words and time at each attempt: it is one request, however often it is sent.
    const reason = order.cancelReason?.trim() || DEFAULT_REASON;
    const answer = await ylh.cancelOrder({ soId: orderNumber, reason, at: plannedAt }, options);
    return answer.outcome === 'answered' ? { outcome: 'answered', value: { retailOrderNo: null } } : answer;
  };
  try {
    return { attempt: withoutPerson(await call(), order), exchange };
  } catch (error) {
    log.error('supplier call broke down', { id, kind, orderNumber }, error);
    return { attempt: { outcome: 'uncertain', detail: BROKE_DOWN }, exchange };
  }
}

/** The platform's words may quote the order; job records, the sync log and exceptions keep them without its person. */
function withoutPerson(attempt: Attempt, order: PushOrder): Attempt {
  if (attempt.outcome === 'answered') return attempt;
  const { zh, en } = attempt.detail;
  return { ...attempt, detail: { zh: maskWire(zh, order), en: maskWire(en, order) } };
}

/** What a cancel says that nobody gave a reason for; the platform takes none without (domain.md §1.11). */
const DEFAULT_REASON = '用户取消订单';

const ORDERS_AWAY: Text = {
  zh: '订单服务暂时不可用，恢复后自动继续',
  en: 'The orders service is not available right now; this goes on by itself once it is back',
};
const NO_CONFIGURATION: Text = {
  zh: '暂时无法读取对接配置，稍后自动重试',
  en: 'The configuration cannot be read right now; this is tried again by itself',
};
const STOPPING: Text = { zh: '服务正在重启，随后继续', en: 'The service restarts; this goes on after it' };
const BAD_NUMBER: Text = { zh: '无法向订单服务查询该订单', en: 'The order cannot be asked for at the orders service' };
const BROKE_DOWN: Text = { zh: '调用易理货时程序出错', en: 'The call to YLH broke down on our side' };
