import type { MikroORM } from '@mikro-orm/postgresql';
import type { CallbackEnvelope, CallbackOutcome, CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { HaierNotice } from '@orderbridge/contracts/haier-callback';
import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import { raiseException } from '../exceptions/raise-exception.ts';
import { paymentAnswer } from '../payments/payment-view.ts';
import type { Text } from '../text.ts';
import { recordEvent, transact, type Tx } from '../transaction.ts';
import { type Applied, applyHaierNotice, type CallbackCause } from './apply-haier-notice.ts';
import { applyPaymentNotice } from './apply-payment-notice.ts';
import { findOrder, type FoundOrder, lockNamedOrders, type NamedOrders } from './find-order.ts';
import { answerOf, closeInbox, type Inbox, openInbox } from './inbox.ts';
import type { InboxRow } from './inbox-row.ts';
import { type CallbackReading, readCallback } from './read-callback.ts';

export type ApplyContext = { readonly orm: MikroORM; readonly wakeRelay: () => void; readonly now: () => Date };

/**
 * Applies a batch of verified callbacks in ONE transaction (design.md §3.6): locks the orders they name, looks each
 * one up by its transport and semantic key, decides, and writes inbox rows with everything that follows. Answers the
 * outcomes in the order given; they are durable once this resolves. When it throws, nothing was written.
 */
export async function applyCallbacks(
  context: ApplyContext,
  envelopes: readonly CallbackEnvelope[],
): Promise<CallbackOutcome[]> {
  const readings = envelopes.map(readCallback);
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
  if (earlier && !isWorthAnotherTry(earlier.outcome)) return answerOf(earlier);

  // Whether it came in time was settled when it first came: a repetition of an orphan does not make it late.
  const late = earlier?.late ?? envelope.late;
  const found = findOrder(reading, named);
  const cause: CallbackCause = {
    by: `callback:${envelope.provider}`,
    at,
    callbackId: earlier?.public_id ?? envelope.id,
  };
  const isKnown = semanticKey !== undefined && inbox.semanticKeys.has(semanticKey);
  const applied = late ? await keepInLateLane(tx, found, cause) : await decideOne(tx, reading, found, isKnown, cause);
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
    order_id: found.locked?.order.id ?? null,
    answer: found.payment && found.locked ? paymentAnswer(found.payment, found.locked.order.orderNumber) : null,
    secret: envelope.secret,
    source: envelope.source,
    path: envelope.path,
    content_type: envelope.contentType,
    body: envelope.body,
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

/** Decides one callback, whatever its age, against the locked order and writes what follows; `isKnown` says its meaning was applied before. */
export async function decideOne(
  tx: Tx,
  reading: CallbackReading,
  found: FoundOrder,
  isKnown: boolean,
  cause: CallbackCause,
): Promise<Applied> {
  const { envelope, meaning } = reading;
  if (!meaning.ok) return { outcome: 'reason' in meaning ? meaning.reason : 'malformed', detail: UNREADABLE };
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
  const { locked, payment } = found;
  if (!locked || (reading.kind === 'payment' && !payment))
    return { outcome: 'orphan', detail: reading.kind === 'payment' ? NO_PAYMENT : NO_ORDER };
  if (isKnown) return { outcome: 'repeated', detail: SAID_BEFORE };
  return reading.kind === 'haier'
    ? applyHaierNotice(tx, locked, meaning.notice as HaierNotice, cause)
    : applyPaymentNotice(tx, locked, payment!, meaning.notice as PaymentNotice, new Date(envelope.receivedAt), cause);
}

const UNREADABLE: Text = {
  zh: '内容无法解读，已留存原文',
  en: 'The content cannot be interpreted; the original is kept',
};
const NO_PAYMENT: Text = { zh: '找不到对应的支付', en: 'No matching payment was found' };
const NO_ORDER: Text = { zh: '找不到对应的订单', en: 'No matching order was found' };
const SAID_BEFORE: Text = {
  zh: '内容与已处理的回调相同',
  en: 'The content is the same as that of a callback already applied',
};

/** An orphan may have got its order, a parked one its mend: they are decided anew; everything else is answered as the first time. */
const isWorthAnotherTry = (outcome: CallbackOutcomeName) => outcome === 'orphan' || outcome === 'parked';

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
  const { locked, payment } = findOrder(reading, named);
  if (!locked || !reading.meaning.ok) return undefined;
  if (reading.kind === 'payment') {
    const { news, transactionId, amountFen } = reading.meaning.notice;
    return payment && `payment:${payment.id}:${news}:${transactionId ?? ''}:${amountFen ?? ''}`;
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
  return (meaning.ok ? meaning.notice.orderNumber : 'orderNumber' in meaning ? meaning.orderNumber : undefined) ?? null;
};

/** Method, or status word, as the caller wrote it. */
export const methodOf = ({ kind, meaning }: CallbackReading): string | null => {
  if (kind === 'payment') return meaning.ok ? meaning.notice.statusText : null;
  return meaning.ok ? meaning.notice.method : 'method' in meaning ? meaning.method : null;
};
