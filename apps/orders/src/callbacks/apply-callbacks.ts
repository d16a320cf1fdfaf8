import type { MikroORM } from '@mikro-orm/postgresql';
import type { CallbackEnvelope, CallbackOutcome, CallbackProblem } from '@orderbridge/contracts/callback-envelope';
import { orderNumberOfRefund } from '@orderbridge/contracts/payment-callback';
import { raiseException } from '../exceptions/raise-exception.ts';
import { paymentAnswer } from '../payments/payment-view.ts';
import type { Text } from '../text.ts';
import { recordEvent, transact, type Tx } from '../transaction.ts';
import { type Applied, applyHaierNotice, type CallbackCause, SAID_BEFORE } from './apply-haier-notice.ts';
import { applyMoneyNotice } from './apply-money-notice.ts';
import { findOrder, type FoundOrder, lockNamedOrders, type NamedOrders } from './find-order.ts';
import { answerOf, closeInbox, type Inbox, openInbox, type SeenRow } from './inbox.ts';
import type { InboxRow } from './inbox-row.ts';
import type { CallbackKeys } from './callback-keys.ts';
import { type CallbackReading, readCallback } from './read-callback.ts';

export type ApplyContext = {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  readonly now: () => Date;
  readonly callbackKeys: CallbackKeys;
};

/**
 * Applies a batch of verified callbacks in ONE transaction (design.md §3.6): locks the orders they name, looks each
 * one up by its transport and semantic key, decides, and writes inbox rows with everything that follows. Answers the
 * outcomes in the order given; they are durable once this resolves. When it throws, nothing was written.
 */
export async function applyCallbacks(
  context: ApplyContext,
  envelopes: readonly CallbackEnvelope[],
): Promise<CallbackOutcome[]> {
  const readings = envelopes.map((envelope) => readCallback(envelope, context.callbackKeys));
  return transact(context, async (tx) => {
    const named = await lockNamedOrders(tx, readings);
    const semanticKeys = readings.map((reading) => semanticKeyOf(reading, named));
    const inbox = await openInbox(tx.em, readings, semanticKeys);
    const outcomes: CallbackOutcome[] = [];
    for (const [index, reading] of readings.entries()) {
      outcomes.push(await applyOne(tx, reading, semanticKeys[index], named, inbox, context.now()));
    }
    await closeInbox(tx, inbox);
    return outcomes;
  });
}

async function applyOne(
  tx: Tx,
  reading: CallbackReading,
  semanticKey: string | undefined,
  named: NamedOrders,
  inbox: Inbox,
  at: Date,
): Promise<CallbackOutcome> {
  const { envelope } = reading;
  const earlier = inbox.byTransportKey.get(envelope.transportKey);
  if (earlier && !isWorthAnotherTry(earlier)) return answerOf(earlier);

  // Whether it came in time was settled when it first came: a repetition of an orphan does not make it late.
  const late = earlier?.late ?? envelope.late;
  const found = findOrder(reading, named);
  const cause: CallbackCause = {
    by: `callback:${envelope.provider}`,
    at,
    callbackId: earlier?.public_id ?? envelope.id,
  };
  const isKnown = semanticKey !== undefined && inbox.semanticKeys.has(semanticKey);
  const applied = late
    ? await keepInLateLane(tx, found, cause)
    : await decideOne(tx, earlier ? asFirstReceived(reading, earlier) : reading, found, isKnown, cause);
  const row: InboxRow = {
    public_id: cause.callbackId,
    provider: envelope.provider,
    transport_key: envelope.transportKey,
    semantic_key: late ? null : (semanticKey ?? null),
    outcome: applied.outcome,
    detail: applied.detail?.zh ?? null,
    detail_en: applied.detail?.en ?? null,
    method: methodOf(reading),
    platform_order_no: platformOrderNoOf(reading),
    transaction_id: transactionIdOf(reading),
    order_id: found.locked?.order.id ?? null,
    answer: found.payment && found.locked ? paymentAnswer(found.payment, found.locked.order.orderNumber) : null,
    topic: topicOf(reading),
    problem: problemOf(reading, applied),
    secret: envelope.secret,
    source: envelope.source,
    path: envelope.path,
    content_type: envelope.contentType,
    body: envelope.body,
    signature_headers: envelope.signatureHeaders ?? null,
    late,
    received_at: earlier?.received_at ?? envelope.receivedAt,
    decided_at: at.toISOString(),
  };
  if (applied.outcome === 'applied' && semanticKey) inbox.semanticKeys.add(semanticKey);
  inbox.byTransportKey.set(envelope.transportKey, row);
  (earlier ? inbox.updated : inbox.added).push(row);
  if (applied.outcome !== 'applied' && applied.outcome !== 'repeated') {
    recordEvent(tx, at, 'callback.recorded', found.locked?.order.orderNumber ?? null, {
      callbackId: row.public_id,
      provider: envelope.provider,
      outcome: applied.outcome,
    });
  }
  return answerOf(row);
}

/** Whether money came in time is a question about its first arrival: a repetition of an orphan does not make it late. */
const asFirstReceived = (reading: CallbackReading, { received_at }: SeenRow): CallbackReading => ({
  ...reading,
  envelope: { ...reading.envelope, receivedAt: new Date(received_at).toISOString() },
});

/** Decides one callback, whatever its age, against the locked order and writes what follows; `isKnown` says its meaning was applied before. */
export async function decideOne(
  tx: Tx,
  reading: CallbackReading,
  found: FoundOrder,
  isKnown: boolean,
  cause: CallbackCause,
): Promise<Applied> {
  if (reading.kind !== 'haier') return applyMoneyNotice(tx, reading, found, isKnown, cause);
  const { meaning } = reading;
  if (!meaning.ok) return { outcome: meaning.reason, detail: UNREADABLE };
  if (found.ambiguous) {
    const why: Text = {
      zh: '订单号与海尔订单号指向两个不同的订单，未改变任何内容',
      en: 'The order number and the Haier order number name two different orders; nothing was changed',
    };
    await raiseException(tx, {
      kind: 'conflicting_callback',
      order: null,
      callbackId: cause.callbackId,
      dedupKey: `conflicting_callback:${cause.callbackId}`,
      detail: why,
      at: cause.at,
    });
    return { outcome: 'conflict', detail: why };
  }
  if (!found.locked) return { outcome: 'orphan', detail: NO_ORDER };
  if (isKnown) return { outcome: 'repeated', detail: SAID_BEFORE };
  return applyHaierNotice(tx, found.locked, meaning.notice, cause);
}

const UNREADABLE: Text = {
  zh: '内容无法解读，已留存原文',
  en: 'The content cannot be interpreted; the original is kept',
};
const NO_ORDER: Text = { zh: '找不到对应的订单', en: 'No matching order was found' };

/**
 * An orphan may have got its order, a parked one its mend, and one that we could not read as ours the right settings:
 * they are decided anew. Everything else is answered as the first time.
 */
const isWorthAnotherTry = ({ outcome, problem }: SeenRow) =>
  outcome === 'orphan' || outcome === 'parked' || (problem !== null && OUR_SETTINGS.includes(problem));

const OUR_SETTINGS: readonly CallbackProblem[] = ['undecryptable', 'merchant_mismatch', 'app_mismatch'];

/** Why news of money was not taken, for an answer in the provider's own words. */
export function problemOf({ kind }: CallbackReading, { outcome, problem }: Applied): CallbackProblem | null {
  if (kind === 'haier') return null;
  return problem ?? (outcome === 'orphan' ? 'not_found' : outcome === 'amount_mismatch' ? 'amount_mismatch' : null);
}

/** What news of money is about; null for Haier. */
export const topicOf = ({ kind }: CallbackReading): InboxRow['topic'] => (kind === 'haier' ? null : kind);

async function keepInLateLane(tx: Tx, { locked }: FoundOrder, cause: CallbackCause): Promise<Applied> {
  const detail: Text = {
    zh: '签名有效但时间超出窗口，未应用；核实后可重放',
    en: 'The signature is valid, but the time is outside the window; not applied. Verify it, then replay it',
  };
  await raiseException(tx, {
    kind: 'late_callback',
    order: locked?.order ?? null,
    callbackId: cause.callbackId,
    dedupKey: `late_callback:${cause.callbackId}`,
    detail,
    at: cause.at,
  });
  return { outcome: 'late', detail };
}

/** What a callback says about which order in which round of our own requests; undefined when it names no known order. */
export function semanticKeyOf(reading: CallbackReading, named: NamedOrders): string | undefined {
  const { locked, payment, refund } = findOrder(reading, named);
  if (!locked || !reading.meaning.ok) return undefined;
  if (reading.kind === 'payment') {
    const { news, transactionId, amountFen } = reading.meaning.notice;
    return payment && `payment:${payment.id}:${news}:${transactionId ?? ''}:${amountFen ?? ''}`;
  }
  if (reading.kind === 'refund') {
    const { news, providerRefundId, amountFen, refundedSoFarFen } = reading.meaning.notice;
    // The same number is sent again after a failure, and may fail again: that is news of another call.
    return (
      refund &&
      `refund:${refund.id}:${refund.attempts}:${news}:${providerRefundId ?? ''}:${amountFen ?? refundedSoFarFen ?? ''}`
    );
  }
  const { method, state, extOrderNo, items, sentAt } = reading.meaning.notice;
  const kind = method === 'OrderStatusChange' ? 'hmm.scm_heorder.confirm' : method;
  // A count may come back to what it was, so its time belongs to its meaning.
  const counted = items && [
    sentAt.getTime(),
    ...items.map((item) =>
      [item.productCode, item.totalQty, item.receivedQty, item.returnedQty, item.rejectedQty].join(','),
    ),
  ];
  return `haier:${locked.order.id}:${locked.order.haierRound}:${kind}:${state}:${extOrderNo ?? ''}:${counted?.join(';') ?? ''}`;
}

/** Order number as the caller wrote it, where it can be read. */
export const platformOrderNoOf = ({ kind, meaning }: CallbackReading): string | null => {
  if (kind === 'haier')
    return meaning.ok ? meaning.notice.platformOrderNo : 'platformOrderNo' in meaning ? meaning.platformOrderNo : null;
  if (!meaning.ok) return meaning.orderNumber ?? null;
  return (kind === 'payment' ? meaning.notice.orderNumber : orderNumberOfRefund(meaning.notice.refundNo)) ?? null;
};

/** The provider's number of the payment, in readable news of one. */
export const transactionIdOf = ({ kind, meaning }: CallbackReading): string | null =>
  kind === 'payment' && meaning.ok ? (meaning.notice.transactionId ?? null) : null;

/** Method, or status word, as the caller wrote it. */
export const methodOf = ({ kind, meaning }: CallbackReading): string | null => {
  if (kind !== 'haier') return meaning.ok ? meaning.notice.statusText : null;
  return meaning.ok ? meaning.notice.method : 'method' in meaning ? meaning.method : null;
};
