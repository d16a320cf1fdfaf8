import { applyPaymentAnswer, LEARNED_BY_ASKING } from '../payments/apply-payment-answer.ts';
import { GRACE_MS, isOpen, noteAsked } from '../payments/ask-schedule.ts';
import { endAtProvider } from '../payments/end-at-provider.ts';
import { findPayments, type FoundPayment, paymentOrder } from '../payments/find-payments.ts';
import { lockPayment } from '../payments/lock-payment.ts';
import type { Payment } from '../payments/payment.entity.ts';
import type { PaymentProvider, PaymentProviders } from '../payments/providers/provider.ts';
import type { Text } from '../text.ts';
import { type Cause, transact, type TransactContext, type Tx } from '../transaction.ts';
import { HOLDS_MONEY } from './holds-money.ts';
import { lockOrder } from './lock-orders.ts';
import { moveOrder } from './move-order.ts';
import { inSentence, ORDER_STATE_NAMES } from './state-names.ts';

export type CancelUnpaidContext = TransactContext & {
  readonly now: () => Date;
  readonly providers: PaymentProviders;
};

export type CancelUnpaidOptions = {
  /** Take every order placed longer ago than this, whatever its own end is (R81). Default: those whose time is over. */
  readonly timeoutMs?: number | undefined;
  /** Only say what would be done: nothing is changed and nobody is asked. */
  readonly dryRun?: boolean | undefined;
  /** Ask providers that were asked a moment ago, too: a person waits for it. */
  readonly askAnyway?: boolean | undefined;
  /** Ends the run between two orders. */
  readonly signal?: AbortSignal | undefined;
};

/** An order that was not paid in time. */
export type UnpaidOrder = {
  readonly orderNumber: string;
  readonly payableFen: number;
  readonly createdAt: Date;
  /** When it should have been paid. */
  readonly dueAt: Date;
};

/** What was done about one order; `would_cancel` only in a dry run. */
export type UnpaidOutcome =
  | { readonly outcome: 'cancelled' | 'paid_meanwhile' | 'would_cancel' }
  | { readonly outcome: 'skipped'; readonly why: Text }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Cancels every pending order whose time to pay is over, strictly before now (R80), the oldest end first, and tells one
 * result per order. An order that fails does not stop the rest (R82). The time is taken once, so that the run ends.
 */
export async function* cancelUnpaidOrders(
  context: CancelUnpaidContext,
  options: CancelUnpaidOptions = {},
): AsyncGenerator<UnpaidOrder & UnpaidOutcome, void, void> {
  const startedAt = context.now();
  for await (const orders of unpaidOrders(context, options.timeoutMs, startedAt)) {
    const results = orders.map(async ({ holdsMoney, ...order }) => ({
      ...order,
      ...(await cancelOrTell(context, order, holdsMoney, options)),
    }));
    yield* await Promise.all(results);
    if (options.signal?.aborted) return;
  }
}

/**
 * Cancels one unpaid order: online payments are asked about and closed at their providers first (R85), then the order is
 * cancelled in one transaction, if nothing has changed meanwhile. While a provider says nothing the order waits for the
 * next run, 30 minutes at most; money that comes after that goes back by itself.
 */
export async function cancelUnpaidOrder(
  context: CancelUnpaidContext,
  order: UnpaidOrder,
  { askAnyway = false }: Pick<CancelUnpaidOptions, 'askAnyway'> = {},
): Promise<UnpaidOutcome> {
  const asked = await endOnlinePayments(context, order, askAnyway);
  if (asked.unsure && context.now().getTime() <= order.dueAt.getTime() + GRACE_MS)
    return { outcome: 'skipped', why: asked.unsure };
  return transact(context, (tx) => cancelOnce(tx, context, order, asked.about));
}

/** How many orders a run would take up now. */
export async function countUnpaidOrders(
  { orm, now }: Pick<CancelUnpaidContext, 'orm' | 'now'>,
  timeoutMs: number | undefined,
): Promise<number> {
  const column = timeoutMs === undefined ? 'expires_at' : 'created_at';
  const [row] = await orm.em
    .fork()
    .execute<{ n: number }[]>(`select count(*)::int as n from orders where status = 'pending' and ${column} < ?`, [
      new Date(now().getTime() - (timeoutMs ?? 0)),
    ]);
  return row?.n ?? 0;
}

const AT_ONCE = 4;
const PAGE = 100;
const TIMED_OUT: Text = { zh: '支付超时，订单自动取消', en: 'Not paid in time; the order was cancelled by itself' };
const SOON_AGAIN: Text = {
  zh: '支付平台尚未给出结果，稍后再次查询',
  en: 'The payment provider has not given an answer yet; it is asked again soon',
};
const HAS_MONEY: Text = {
  zh: '订单有支付成功的款项，未取消，请人工核实',
  en: 'The order holds money of a payment that succeeded; not cancelled, look into it',
};
const NEW_PAYMENT: Text = {
  zh: '刚刚发起了新的支付，下次再处理',
  en: 'A new payment was opened just now; the next run takes it up',
};

type UnpaidRow = {
  id: string;
  order_number: string;
  payable_fen: string;
  created_at: string;
  since: string;
  holds_money: boolean;
};

async function* unpaidOrders(
  { orm }: CancelUnpaidContext,
  timeoutMs: number | undefined,
  now: Date,
): AsyncGenerator<(UnpaidOrder & { holdsMoney: boolean })[], void, void> {
  const column = timeoutMs === undefined ? 'expires_at' : 'created_at';
  const before = new Date(now.getTime() - (timeoutMs ?? 0));
  let last = { since: '-infinity', id: '0' };
  for (;;) {
    const rows = await orm.em.fork().execute<UnpaidRow[]>(
      `select id, order_number, payable_fen, created_at, ${column}::text as since, ${HOLDS_MONEY} as holds_money
         from orders o
        where status = 'pending' and ${column} < ? and (${column}, id) > (?::timestamptz, ?)
        order by ${column}, id limit ${PAGE}`,
      [before, last.since, last.id],
    );
    for (let start = 0; start < rows.length; start += AT_ONCE)
      yield rows.slice(start, start + AT_ONCE).map((row) => ({
        orderNumber: row.order_number,
        payableFen: Number(row.payable_fen),
        createdAt: new Date(row.created_at),
        dueAt: new Date(new Date(row.since).getTime() + (timeoutMs ?? 0)),
        holdsMoney: row.holds_money,
      }));
    if (rows.length < PAGE) return;
    last = rows.at(-1)!;
  }
}

async function cancelOrTell(
  context: CancelUnpaidContext,
  order: UnpaidOrder,
  holdsMoney: boolean,
  { dryRun = false, askAnyway }: CancelUnpaidOptions,
): Promise<UnpaidOutcome> {
  if (holdsMoney) return { outcome: 'skipped', why: HAS_MONEY };
  if (dryRun) return { outcome: 'would_cancel' };
  try {
    return await cancelUnpaidOrder(context, order, { askAnyway });
  } catch (error) {
    return { outcome: 'failed', error };
  }
}

/** What became of each payment that was asked about: whether its provider takes no money for it any more. */
type AskedAbout = Map<number, { readonly closed: boolean }>;

async function endOnlinePayments(
  { orm, providers, ...context }: CancelUnpaidContext,
  { orderNumber, dueAt }: UnpaidOrder,
  askAnyway: boolean,
): Promise<{ about: AskedAbout; unsure: Text | undefined }> {
  const about: AskedAbout = new Map();
  let unsure: Text | undefined;
  for (const found of await openPaymentsOf({ orm }, orderNumber)) {
    const { payment } = found;
    const provider = providers.get(payment.method);
    if (!provider) continue;
    const waits = !askAnyway && wasAskedSince(dueAt, payment, context.now());
    const why = waits ? SOON_AGAIN : await endOne({ orm, providers, ...context }, provider, found);
    about.set(payment.id, { closed: why === undefined });
    unsure ??= why;
  }
  return { about, unsure };
}

/** Ends one payment at its provider; answers why that is not certain, when it is not. */
async function endOne(
  context: CancelUnpaidContext,
  provider: PaymentProvider,
  found: FoundPayment,
): Promise<Text | undefined> {
  const ending = await endAtProvider(provider, paymentOrder(found));
  const at = context.now();
  if (ending.outcome === 'closed') return undefined;
  if (ending.outcome === 'unsure') {
    await noteAsked(context.orm.em.fork(), found.payment, at);
    return ending.why;
  }
  const applied = await transact(context, async (tx) =>
    applyPaymentAnswer(tx, await lockPayment(tx, found.payment), ending.notice, {
      by: 'system',
      at,
      note: LEARNED_BY_ASKING,
    }),
  );
  return applied.outcome === 'applied' || applied.outcome === 'repeated' ? undefined : (applied.detail ?? SOON_AGAIN);
}

async function openPaymentsOf({ orm }: Pick<CancelUnpaidContext, 'orm'>, orderNumber: string): Promise<FoundPayment[]> {
  const em = orm.em.fork();
  const [order] = await em.execute<{ id: string }[]>(`select id from orders where order_number = ?`, [orderNumber]);
  return order ? findPayments(em, { orderId: Number(order.id), status: { $in: ['init', 'processing'] } }) : [];
}

const wasAskedSince = (dueAt: Date, { askedAt, askAt }: Payment, now: Date): boolean =>
  Boolean(askedAt && askAt && askedAt >= dueAt && askAt > now);

async function cancelOnce(
  tx: Tx,
  { now, providers }: CancelUnpaidContext,
  { orderNumber }: UnpaidOrder,
  about: AskedAbout,
): Promise<UnpaidOutcome> {
  const locked = await lockOrder(tx, orderNumber);
  if (!locked) throw new Error(`order ${orderNumber} is gone`);
  const { order, payments } = locked;
  if (order.status !== 'pending') {
    const standing = inSentence(ORDER_STATE_NAMES[order.status]);
    const why: Text = { zh: `订单状态已是“${standing.zh}”`, en: `The order is already ${standing.en}` };
    return order.paidAt ? { outcome: 'paid_meanwhile' } : { outcome: 'skipped', why };
  }
  const [money] = await tx.em.execute<{ held: boolean }[]>(
    `select ${HOLDS_MONEY} as held from orders o where o.id = ?`,
    [order.id],
  );
  if (money?.held) return { outcome: 'skipped', why: HAS_MONEY };
  const open = payments.filter(isOpen);
  if (open.some((payment) => providers.has(payment.method) && !about.has(payment.id)))
    return { outcome: 'skipped', why: NEW_PAYMENT };

  const cause: Cause = { by: 'system', at: now(), note: TIMED_OUT, reason: 'payment_timeout' };
  await moveOrder(tx, locked, 'payment_window_closed', cause);
  // What may still be paid is closed at the provider later (reconcile-payments.ts).
  for (const payment of open) payment.askAt = about.get(payment.id)?.closed === false ? cause.at : null;
  await tx.em.execute(`update orders set cancel_reason = ? where id = ?`, [TIMED_OUT.zh, order.id], 'run');
  return { outcome: 'cancelled' };
}
