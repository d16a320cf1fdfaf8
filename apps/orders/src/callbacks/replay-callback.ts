import type { CallbackEnvelope, CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { CallbackView } from '@orderbridge/contracts/orders-api';
import { NotFound, Refused } from '../errors.ts';
import { paymentAnswer } from '../payments/payment-view.ts';
import { insertRows, transact } from '../transaction.ts';
import { type ApplyContext, decideOne, semanticKeyOf } from './apply-callbacks.ts';
import type { CallbackCause } from './apply-haier-notice.ts';
import { getCallback } from './callback-view.ts';
import { findOrder, lockNamedOrders } from './find-order.ts';
import { readCallback } from './read-callback.ts';

/**
 * Runs a stored callback against today's order, on a person's word, and keeps who, when, why and what came of it. The
 * state tables still rule: replaying what was applied changes nothing. One from the late lane needs a reason.
 * @throws NotFound, Refused (BAD_INPUT without a reason, REFUSED for an unverified one)
 */
export async function replayCallback(
  context: ApplyContext & { by: string },
  { id, reason }: { id: string; reason?: string | undefined },
): Promise<CallbackView> {
  await transact(context, async (tx) => {
    const at = context.now();
    const envelope = await storedEnvelope(tx.em, id);
    if (envelope.outcome === 'refused')
      throw new Refused('REFUSED', '签名未通过的请求不能重放', 'A request that was not verified cannot be replayed');
    if (envelope.late && !reason)
      throw new Refused(
        'BAD_INPUT',
        '超出时间窗口的回调需要填写重放原因',
        'A callback from the late lane needs a reason to be applied',
      );

    const reading = readCallback({ ...envelope, late: false });
    const named = await lockNamedOrders(tx, [reading]);
    const found = findOrder(reading, named);
    const cause: CallbackCause = { by: context.by, at, callbackId: id, note: reason };
    const applied = await decideOne(tx, reading, found, false, cause);
    await tx.em.flush();

    const order = found.locked?.order;
    const answer = found.payment && order ? JSON.stringify(paymentAnswer(found.payment, order.orderNumber)) : null;
    const wasApplied = envelope.outcome === 'applied';
    await tx.em.execute(
      `update callbacks set replays = replays + 1, order_id = coalesce(order_id, ?), outcome = ?, detail = ?, detail_en = ?, decided_at = ?, answer = ?::json, late = false,
              semantic_key = coalesce(semantic_key, (select ? where not exists (select 1 from callbacks other where other.semantic_key = ? and other.outcome = 'applied')))
        where public_id = ?`,
      wasApplied
        ? [
            order?.id ?? null,
            'applied',
            envelope.detail,
            envelope.detailEn,
            envelope.decidedAt,
            envelope.answer,
            null,
            null,
            id,
          ]
        : [
            order?.id ?? null,
            applied.outcome,
            applied.detail?.zh ?? null,
            applied.detail?.en ?? null,
            at,
            answer,
            semanticKeyOf(reading, named) ?? null,
            semanticKeyOf(reading, named) ?? null,
            id,
          ],
      'run',
    );
    await insertRows(
      tx.em,
      'callback_replays',
      'callback_id bigint, at timestamptz, by text, outcome text, reason text',
      [{ callback_id: envelope.rowId, at, by: context.by, outcome: applied.outcome, reason: reason ?? null }],
    );
    tx.audit.push({
      at,
      actor: context.by,
      action: 'callback_replayed',
      resource_type: 'callback',
      resource_id: id,
      detail: { outcome: applied.outcome, reason: reason ?? null },
    });
  });
  return getCallback(context.orm.em.fork(), id);
}

type StoredEnvelope = CallbackEnvelope & {
  rowId: string;
  outcome: CallbackOutcomeName;
  detail: string | null;
  detailEn: string | null;
  decidedAt: Date;
  answer: string | null;
};

async function storedEnvelope(em: Parameters<typeof getCallback>[0], id: string): Promise<StoredEnvelope> {
  const [row] = await em.execute<
    {
      id: string;
      provider: CallbackEnvelope['provider'];
      transport_key: string;
      secret: CallbackEnvelope['secret'];
      late: boolean;
      received_at: string;
      decided_at: string;
      source: string;
      path: string;
      content_type: string;
      body: string;
      outcome: CallbackOutcomeName;
      detail: string | null;
      detail_en: string | null;
      answer: object | null;
    }[]
  >(`select * from callbacks where public_id = ?`, [id]);
  if (!row) throw new NotFound('回调记录不存在', 'There is no such callback');
  return {
    id,
    rowId: row.id,
    provider: row.provider,
    transportKey: row.transport_key,
    secret: row.secret,
    late: row.late,
    receivedAt: new Date(row.received_at).toISOString(),
    decidedAt: new Date(row.decided_at),
    source: row.source,
    path: row.path,
    contentType: row.content_type,
    body: row.body,
    outcome: row.outcome,
    detail: row.detail,
    detailEn: row.detail_en,
    answer: row.answer === null ? null : JSON.stringify(row.answer),
  };
}
