import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { Text } from '../text.ts';
import { insertRows, recordEvent, transact } from '../transaction.ts';
import type { ApplyContext } from './apply-callbacks.ts';
import { INBOX_COLUMNS, type InboxRow } from './inbox.ts';

/**
 * Counts a callback that could not be applied, in our table, because a broker's count dies with its consumer.
 * Answers how often it has failed by now.
 */
export async function countFailure({ orm, now }: ApplyContext, transportKey: string, error: string): Promise<number> {
  const [row] = await orm.em.fork().execute<{ attempts: number }[]>(
    `insert into message_failures (transport_key, attempts, last_error, last_at) values (?, 1, ?, ?)
     on conflict (transport_key) do update set attempts = message_failures.attempts + 1, last_error = excluded.last_error, last_at = excluded.last_at
     returning attempts`,
    [transportKey, error, now()],
  );
  return row!.attempts;
}

/** Puts a callback that can never work aside, with its cause, where staff see it and can replay it after a mend. */
export async function parkCallback(
  context: ApplyContext,
  envelope: CallbackEnvelope,
  why: string,
): Promise<CallbackOutcome> {
  const at = context.now();
  const detail: Text = {
    zh: `处理失败，已搁置：${why}`.slice(0, 500),
    en: `Processing failed, the callback is parked: ${why}`.slice(0, 500),
  };
  await transact(context, async (tx) => {
    const row: InboxRow = {
      public_id: envelope.id,
      provider: envelope.provider,
      transport_key: envelope.transportKey,
      semantic_key: null,
      outcome: 'parked',
      detail: detail.zh,
      detail_en: detail.en,
      method: null,
      platform_order_no: null,
      order_id: null,
      answer: null,
      secret: envelope.secret,
      source: envelope.source,
      path: envelope.path,
      content_type: envelope.contentType,
      body: envelope.body,
      late: envelope.late,
      received_at: envelope.receivedAt,
      decided_at: at.toISOString(),
    };
    await insertRows(tx.em, 'callbacks', INBOX_COLUMNS, [row]);
    await raiseException(tx, {
      kind: 'parked_message',
      order: null,
      callbackId: envelope.id,
      dedupKey: `parked_message:${envelope.transportKey}`,
      detail,
      at,
    });
    recordEvent(tx, at, 'callback.recorded', null, {
      callbackId: envelope.id,
      provider: envelope.provider,
      outcome: 'parked',
    });
  });
  return { outcome: 'parked', decidedAt: at.toISOString(), platformOrderNo: null, method: null, payment: null };
}
