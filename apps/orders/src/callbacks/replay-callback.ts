import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackEnvelope, CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { CallbackView } from '@orderbridge/contracts/orders-api';
import { NotFound, Refused } from '../errors.ts';
import { paymentAnswer } from '../payments/payment-view.ts';
import { asWritten } from '../text.ts';
import { settleCallback } from '../exceptions/settle-callback.ts';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { transact, type Tx } from '../transaction.ts';
import {
  type ApplyContext,
  decideOne,
  methodOf,
  platformOrderNoOf,
  problemOf,
  semanticKeyOf,
  topicOf,
  transactionIdOf,
} from './apply-callbacks.ts';
import type { Applied, CallbackCause } from './apply-haier-notice.ts';
import { getCallback } from './callback-view.ts';
import { findOrder, type FoundOrder, lockNamedOrders } from './find-order.ts';
import { type CallbackReading, readCallback } from './read-callback.ts';
import { ENVELOPE_COLUMNS, type EnvelopeRow, storedEnvelope } from './stored-callback.ts';

/**
 * Runs a stored callback against today's order, on a person's word, and keeps who, when, why and what came of it. The
 * state tables still rule: replaying what was applied changes nothing. One from the late lane needs a reason.
 * @throws NotFound, Refused (BAD_INPUT without a reason, REFUSED for an unverified one)
 */
export async function replayCallback(
  context: ReplayContext,
  { id, reason }: { id: string; reason?: string | undefined },
): Promise<CallbackView> {
  await replayAlone(context, { id, reason });
  return getCallback(context.orm.em.fork(), id);
}

/**
 * The replay itself, in a transaction of its own; answers what came of it.
 * @throws as replayCallback
 */
export const replayAlone = (
  context: ReplayContext,
  { id, reason }: { id: string; reason?: string | undefined },
): Promise<Applied> =>
  transact(context, async (tx) => {
    const opened = await openReplay(tx, context, id);
    if (opened.stored.outcome === 'late' && !reason)
      throw new Refused(
        'BAD_INPUT',
        '超出时间窗口的回调需要填写重放原因',
        'A callback from the late lane needs a reason to be applied',
      );
    return runReplay(tx, opened, { by: context.by, at: context.now(), reason });
  });

export type ReplayContext = ApplyContext & { readonly by: string };

/** A stored callback with its meaning and the locked order it is about. */
export type OpenedReplay = {
  readonly stored: StoredCallback;
  readonly reading: CallbackReading;
  readonly found: FoundOrder;
  readonly semanticKey: string | undefined;
};

/**
 * Locks what a stored callback is about, then the callback itself.
 * @throws NotFound, Refused (REFUSED for an unverified one)
 */
export async function openReplay(
  tx: Tx,
  { callbackKeys }: Pick<ApplyContext, 'callbackKeys'>,
  id: string,
): Promise<OpenedReplay> {
  const asStored = await storedCallback(tx.em, id);
  // Its body may be anything, so nothing is read of it.
  if (asStored.outcome === 'refused')
    throw new Refused('REFUSED', '签名未通过的请求不能重放', 'A request that was not verified cannot be replayed');
  const reading = readCallback({ ...asStored, late: false }, callbackKeys);
  const named = await lockNamedOrders(tx, [reading]);
  // Read again now that its order is held: a repetition or another replay may have decided it meanwhile.
  const stored = await storedCallback(tx.em, id, 'for update');
  return { stored, reading, found: findOrder(reading, named), semanticKey: semanticKeyOf(reading, named) };
}

/** Decides an opened callback against today's order and keeps what came of it, in the caller's transaction. */
export async function runReplay(
  tx: Tx,
  { stored, reading, found, semanticKey }: OpenedReplay,
  { by, at, reason }: { by: string; at: Date; reason?: string | undefined },
): Promise<Applied> {
  const isKnown = stored.outcome === 'applied' || (semanticKey !== undefined && (await isApplied(tx.em, semanticKey)));
  const cause: CallbackCause = {
    by,
    at,
    callbackId: stored.id,
    note: reason === undefined ? undefined : asWritten(reason),
  };
  const applied = await decideOne(tx, reading, found, isKnown, cause);
  await tx.em.flush();

  const order = found.locked?.order;
  const answer = found.payment && order ? JSON.stringify(paymentAnswer(found.payment, order.orderNumber)) : null;
  // What was applied keeps its first outcome and answer; everything else becomes what it is now.
  await (stored.outcome === 'applied'
    ? tx.em.execute(`update callbacks set replays = replays + 1 where public_id = ?`, [stored.id], 'run')
    : tx.em.execute(
        `update callbacks set replays = replays + 1, order_id = ?, outcome = ?, detail = ?, detail_en = ?, method = ?, platform_order_no = ?, transaction_id = ?,
                decided_at = ?, answer = ?::json, topic = ?, problem = ?, semantic_key = ?
          where public_id = ?`,
        [
          order?.id ?? null,
          applied.outcome,
          applied.detail?.zh ?? null,
          applied.detail?.en ?? null,
          methodOf(reading),
          platformOrderNoOf(reading),
          transactionIdOf(reading),
          at,
          answer,
          topicOf(reading),
          problemOf(reading, applied),
          semanticKey ?? null,
          stored.id,
        ],
        'run',
      ));
  await insertRows(
    tx.em,
    'callback_replays',
    'callback_id bigint, at timestamptz, by text, outcome text, reason text',
    [{ callback_id: stored.rowId, at, by, outcome: applied.outcome, reason: reason ?? null }],
  );
  // What was applied before is only repeated: a case about it still waits for its person.
  if (stored.outcome !== 'applied') await settleCallback(tx, stored.id, applied.outcome, at);
  tx.audit.push({
    at,
    actor: by,
    action: 'callback_replayed',
    resource_type: 'callback',
    resource_id: stored.id,
    detail: { outcome: applied.outcome, reason: reason ?? null },
  });
  return applied;
}

type StoredCallback = CallbackEnvelope & { rowId: string; outcome: CallbackOutcomeName };

async function storedCallback(em: SqlEntityManager, id: string, lock: '' | 'for update' = ''): Promise<StoredCallback> {
  const [row] = await em.execute<(EnvelopeRow & { id: string; outcome: CallbackOutcomeName })[]>(
    `select id, outcome, ${ENVELOPE_COLUMNS} from callbacks where public_id = ? ${lock}`,
    [id],
  );
  if (!row) throw new NotFound('回调记录不存在', 'There is no such callback');
  return { ...storedEnvelope(row), rowId: row.id, outcome: row.outcome };
}

async function isApplied(em: SqlEntityManager, semanticKey: string): Promise<boolean> {
  const rows = await em.execute(`select 1 from callbacks where semantic_key = ? and outcome = 'applied'`, [
    semanticKey,
  ]);
  return rows.length > 0;
}
