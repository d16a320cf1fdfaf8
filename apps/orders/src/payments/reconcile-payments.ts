import type { Text } from '../text.ts';
import { transact } from '../transaction.ts';
import { applyPaymentAnswer, LEARNED_BY_ASKING } from './apply-payment-answer.ts';
import { ASK_LEASE_MS, isOpen, nextAskAt, noteAsked } from './ask-schedule.ts';
import { endAtProvider } from './end-at-provider.ts';
import type { AskProvidersContext } from './expire-payments.ts';
import { findPayments, type FoundPayment, paymentOrder } from './find-payments.ts';
import { lockPayment } from './lock-payment.ts';
import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { PaymentProvider } from './providers/provider.ts';
import { raiseUnclear } from './raise-unclear.ts';

const CLAIM = 8;
const FORGET = 1_000;

/**
 * Asks providers about payments that stay open, at growing intervals, and applies what they answer as if they had called;
 * closes at the provider, once, what was closed here; one that says nothing for a day is a case for staff. Those past their end belong to cancel-unpaid.ts and
 * expire-payments.ts. Each is leased, so that two processes do not ask at once. Answers how many were taken up.
 */
export async function reconcilePayments(context: AskProvidersContext, signal?: AbortSignal): Promise<number> {
  await forgetSettled(context);
  let taken = 0;
  for (;;) {
    const ids = await claim(context);
    const found = ids.length > 0 ? await findPayments(context.orm.em.fork(), { id: { $in: ids } }) : [];
    await Promise.all(found.map((payment) => reconcileOrLog(context, payment)));
    taken += ids.length;
    if (ids.length < CLAIM || signal?.aborted) return taken;
  }
}

/** Most payments are settled by their callback long before they are due: they leave together, without a question. */
async function forgetSettled({ orm, now, providers }: AskProvidersContext): Promise<void> {
  await orm.em.fork().execute(
    `update payments set ask_at = null where id in (
       select id from payments where ask_at <= ? and (paid_at is not null or method <> all (?::text[]))
        order by ask_at limit ${FORGET} for update skip locked)`,
    [now(), `{${[...providers.keys()].join(',')}}`],
    'run',
  );
}

async function claim({ orm, now }: AskProvidersContext): Promise<number[]> {
  const at = now();
  const rows = await orm.em.fork().execute<{ id: string }[]>(
    `update payments set asked_at = ?, ask_at = ? where id in (
       select id from payments
        where ask_at <= ? and not (status in ('init', 'processing') and expires_at < ?)
        order by ask_at limit ${CLAIM} for update skip locked)
     returning id`,
    [at, new Date(at.getTime() + ASK_LEASE_MS), at, at],
  );
  return rows.map((row) => Number(row.id));
}

async function reconcileOrLog(context: AskProvidersContext, found: FoundPayment): Promise<void> {
  const { payment, orderNumber } = found;
  const provider = context.providers.get(payment.method);
  try {
    if (!provider || payment.paidAt) await noteAsked(context.orm.em.fork(), payment, context.now(), null);
    else await (isOpen(payment) ? askAbout : closeThere)(context, provider, found);
  } catch (error) {
    context.log.warn('payment not reconciled', { id: payment.publicId, orderNumber }, error);
  }
}

async function askAbout(context: AskProvidersContext, provider: PaymentProvider, found: FoundPayment): Promise<void> {
  const answer = await provider.query(paymentOrder(found));
  // Not known there only means that nobody has begun to pay.
  if (answer.outcome !== 'answered' || answer.value === 'not_found' || answer.value.news === 'unknown')
    return noteAsked(context.orm.em.fork(), found.payment, context.now());
  return apply(context, found, answer.value);
}

async function closeThere(context: AskProvidersContext, provider: PaymentProvider, found: FoundPayment): Promise<void> {
  const ending = await endAtProvider(provider, paymentOrder(found));
  if (ending.outcome === 'paid') return apply(context, found, ending.notice);
  const now = context.now();
  const askAt = ending.outcome === 'closed' ? null : nextAskAt(found.payment, now);
  if (ending.outcome === 'unsure' && askAt === null) return giveUp(context, found, ending.why);
  return noteAsked(context.orm.em.fork(), found.payment, now, askAt);
}

/** Nobody asks any more, and money may still lie at the provider: a person has to look. */
async function giveUp(context: AskProvidersContext, { payment: { id, orderId } }: FoundPayment, why: Text) {
  const at = context.now();
  await transact(context, async (tx) => {
    const found = await lockPayment(tx, { id, orderId });
    found.payment.askedAt = at;
    found.payment.askAt = null;
    // Its money may have shown while the provider was asked.
    if (!found.payment.paidAt) await raiseUnclear(tx, found, why, at);
  });
}

async function apply(context: AskProvidersContext, { payment }: FoundPayment, notice: PaymentNotice): Promise<void> {
  const at = context.now();
  await transact(context, async (tx) =>
    applyPaymentAnswer(tx, await lockPayment(tx, payment), notice, { by: 'system', at, note: LEARNED_BY_ASKING }),
  );
}
