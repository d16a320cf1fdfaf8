import type { HaierFact } from '@orderbridge/state-machine/haier-transitions';
import type { OrderFact } from '@orderbridge/state-machine/order-transitions';
import type { PaymentFact } from '@orderbridge/state-machine/payment-transitions';
import type { RefundFact } from '@orderbridge/state-machine/refund-transitions';
import { decideOne } from '../callbacks/apply-callbacks.ts';
import { applyPaymentNotice } from '../callbacks/apply-payment-notice.ts';
import type { CallbackKeys } from '../callbacks/callback-keys.ts';
import { findOrder } from '../callbacks/find-order.ts';
import { readCallback } from '../callbacks/read-callback.ts';
import { movePayment } from '../payments/move-payment.ts';
import { moveRefund } from '../payments/move-refund.ts';
import type { Refund } from '../payments/refund.entity.ts';
import { type MoneyToReturn, openRefund, ORDER_CANCELLED } from '../payments/return-money.ts';
import { type Cause, rehearsePart, type StateChangeRow, type Tx } from '../transaction.ts';
import { type LockedOrder, lockOrder } from './lock-orders.ts';
import { moveHaier } from './move-haier.ts';
import { moveOrder } from './move-order.ts';
import type { FoundMoney, KeptCallback, KeptFact, KeptMove, KeptRefund } from './read-history.ts';

/** What a rehearsal needs to run an order's history again. */
export type Rerun = {
  readonly tx: Tx;
  readonly orderNumber: string;
  readonly callbackKeys: CallbackKeys;
  /** Puts a payment back as it was opened. */
  readonly openPayment: (paymentId: string, amountFen: number) => Promise<void>;
  /** The idempotency key of a refund, by the public id of its stored row; a refund that is opened again gets another id. */
  readonly refundKeys: ReadonlyMap<string, string>;
};

/**
 * Runs what happened to an order again, through the code that ran it the first time and with the clock of that time, on
 * an order that was put back to how it was placed. Moves that follow from others are not run a second time. Answers how
 * many facts were run.
 */
export async function runHistory(rerun: Rerun, history: readonly KeptFact[]): Promise<number> {
  let facts = 0;
  let followed: KeptMove[] = [];
  for (const [index, fact] of history.entries()) {
    if (fact.kind === 'payment_created') {
      await rerun.openPayment(fact.paymentId, fact.amountFen);
    } else if (fact.kind === 'refund_opened') {
      if (!(await reopenRefund(rerun, fact))) continue;
    } else if (fact.kind === 'move') {
      const kept = withRefundKey(rerun, fact.move);
      const known = followed.findIndex((move) => isSame(move, kept));
      if (known >= 0) {
        followed.splice(known, 1);
        continue;
      }
      const moves = await moveAgain(rerun, kept, fact.at, agreedRefund(history, index));
      followed = moves.filter((move) => !isSame(move, kept));
    } else {
      followed = await run(rerun, fact);
    }
    facts += 1;
  }
  return facts;
}

const isSame = (one: KeptMove, other: KeptMove): boolean =>
  one.machine === other.machine && one.fact === other.fact && one.subject_id === other.subject_id;

/** Runs a part about the locked order; answers its moves with refunds by the key that does not change. */
async function part(
  { tx: outer, orderNumber }: Rerun,
  work: (tx: Tx, locked: LockedOrder) => Promise<unknown>,
): Promise<StateChangeRow[]> {
  const keys = new Map<string, string>();
  const moves = await rehearsePart(outer, async (tx) => {
    const locked = await lockOrder(tx, orderNumber);
    if (!locked) throw new Error(`order ${orderNumber} is gone`);
    await work(tx, locked);
    for (const refund of locked.refunds) keys.set(refund.publicId, refund.idempotencyKey);
  });
  return moves.map((move) =>
    move.machine === 'refund' ? { ...move, subject_id: keys.get(move.subject_id ?? '') ?? null } : move,
  );
}

/** A refund that is opened again gets another id, so its moves go by the key that does not change. */
const withRefundKey = ({ refundKeys }: Rerun, move: KeptMove): KeptMove =>
  move.machine === 'refund' ? { ...move, subject_id: refundKeys.get(move.subject_id ?? '') ?? move.subject_id } : move;

type OtherFact = Exclude<KeptFact, { kind: 'move' | 'payment_created' | 'refund_opened' }>;

const run = (rerun: Rerun, fact: OtherFact): Promise<KeptMove[]> => {
  switch (fact.kind) {
    case 'callback':
      return applyAgain(rerun, fact.callback, fact.at);
    case 'money_found':
      return findAgain(rerun, fact.money, { by: fact.by, at: fact.at });
    case 'price_set':
      return part(rerun, async (_tx, { order }) => {
        order.payableFen = fact.payableFen;
      });
    case 'haier_number_learned':
      return part(rerun, async (_tx, { order }) => {
        order.haierOrderNo ??= fact.haierOrderNo;
      });
    case 'refund_withdrawn':
      return withRefund(rerun, fact.refundId, { withdrawnAt: fact.at });
    case 'refund_reopened':
      return withRefund(rerun, fact.refundId, {
        withdrawnAt: null,
        requestedBy: fact.by,
        approvalNeeded: fact.approvalNeeded,
      });
    case 'refund_approved':
      return withRefund(rerun, fact.refundId, { approvedBy: fact.by, approvedAt: fact.at });
  }
};

const withRefund = (rerun: Rerun, refundId: string, changed: Partial<Refund>): Promise<KeptMove[]> =>
  part(rerun, async (_tx, { refunds }) => {
    const key = rerun.refundKeys.get(refundId);
    const refund = refunds.find(({ idempotencyKey }) => idempotencyKey === key);
    if (refund) Object.assign(refund, changed);
  });

const applyAgain = (rerun: Rerun, { envelope }: KeptCallback, at: Date): Promise<KeptMove[]> =>
  part(rerun, async (tx, locked) => {
    const reading = readCallback(envelope, rerun.callbackKeys);
    const found = findOrder(reading, {
      byNumber: new Map([[rerun.orderNumber, locked]]),
      byPaymentId: new Map(locked.payments.map(({ publicId }) => [publicId, locked])),
      all: [locked],
    });
    await decideOne(tx, reading, found, false, { by: `callback:${envelope.provider}`, at, callbackId: envelope.id });
  });

const findAgain = (
  rerun: Rerun,
  { paymentId, transactionId, amountFen, receivedAt }: FoundMoney,
  cause: Cause,
): Promise<KeptMove[]> =>
  part(rerun, async (tx, locked) => {
    const payment = locked.payments.find(({ publicId }) => publicId === paymentId);
    const notice = {
      paymentId,
      orderNumber: rerun.orderNumber,
      news: 'succeeded',
      statusText: '',
      transactionId,
      amountFen,
    } as const;
    if (payment) await applyPaymentNotice(tx, locked, payment, notice, receivedAt, cause);
  });

const moveAgain = (
  rerun: Rerun,
  { machine, subject_id: subject, fact, by, note, note_en }: KeptMove,
  at: Date,
  refund: MoneyToReturn | undefined,
): Promise<KeptMove[]> =>
  part(rerun, async (tx, locked) => {
    const cause: Cause = { by, at, note: note === null ? undefined : { zh: note, en: note_en ?? note } };
    switch (machine) {
      case 'order':
        return moveOrder(tx, locked, fact as OrderFact, cause, refund);
      case 'haier':
        return moveHaier(tx, locked.order, fact as HaierFact, cause);
      case 'payment': {
        const moved = locked.payments.find(({ publicId }) => publicId === subject);
        return moved && movePayment(tx, locked, moved, fact as PaymentFact, cause);
      }
      case 'refund': {
        const moved = locked.refunds.find(({ idempotencyKey }) => idempotencyKey === subject);
        if (!moved) return undefined;
        // One that a provider took is withdrawn no longer (apply-refund-notice.ts).
        if (fact === 'refund_sent') moved.withdrawnAt = null;
        return moveRefund(tx, locked, moved, fact as RefundFact, cause);
      }
    }
  });

/** What a person agreed to return: the refunds that were opened with that move. A cancel returns all that was paid. */
function agreedRefund(history: readonly KeptFact[], index: number): MoneyToReturn | undefined {
  const agreed = history[index]!;
  if (agreed.kind !== 'move' || !['refund_agreed', 'cancel_agreed'].includes(agreed.move.fact)) return undefined;
  const opened: KeptRefund[] = [];
  for (const fact of history.slice(index + 1)) {
    if (fact.at > agreed.at || (fact.kind === 'move' && fact.move.machine === 'order')) break;
    if (fact.kind !== 'refund_opened' || fact.by !== agreed.move.by) continue;
    if (!opened[0] || fact.refund.cause === opened[0].cause) opened.push(fact.refund);
  }
  const [first] = opened;
  if (!first) return undefined;
  const all = agreed.move.fact === 'cancel_agreed';
  return {
    cause: all ? ORDER_CANCELLED : first.cause,
    reason: { zh: agreed.move.note ?? '', en: agreed.move.note_en ?? '' },
    ...(!all && { amountFen: opened.reduce((sum, { amountFen }) => sum + amountFen, 0) }),
    ...(first.approvalNeeded && { approvalFromFen: 0 }),
  };
}

/** Opens a refund that a person or job opened on its own; what callbacks and moves open is there already. */
async function reopenRefund(
  rerun: Rerun,
  { refund, by, at }: Extract<KeptFact, { kind: 'refund_opened' }>,
): Promise<boolean> {
  let opened = false;
  await part(rerun, async (tx, locked) => {
    const payment = locked.payments.find(({ publicId }) => publicId === refund.paymentId);
    const isThere = locked.refunds.some(({ idempotencyKey }) => idempotencyKey === refund.key);
    if (isThere || !payment || by.startsWith('callback:')) return;
    const { amountFen, cause: why, key, approvalNeeded } = refund;
    const reason = { zh: '', en: '' };
    openRefund(tx, locked, payment, { amountFen, why, key, reason, approvalNeeded }, { by, at });
    opened = true;
  });
  return opened;
}
