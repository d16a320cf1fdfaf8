import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { Text } from '../text.ts';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { recordEvent, transact } from '../transaction.ts';
import { type ApplyContext, methodOf, platformOrderNoOf, topicOf, transactionIdOf } from './apply-callbacks.ts';
import type { CallbackKeys } from './callback-keys.ts';
import { INBOX_COLUMNS, type InboxRow } from './inbox-row.ts';
import { type CallbackReading, readCallback } from './read-callback.ts';

const ATTEMPTS_MAX = 8;

/**
 * Counts a callback that could not be applied, in our table, because a broker's count dies with its consumer; the
 * eighth time it is parked. Answers the count, and the outcome once it is parked.
 */
export async function countFailure(
  context: ApplyContext,
  envelope: CallbackEnvelope,
  error: unknown,
): Promise<{ attempts: number; parked: CallbackOutcome | undefined }> {
  const why = error instanceof Error ? error.message : String(error);
  const [row] = await context.orm.em.fork().execute<{ attempts: number }[]>(
    `insert into message_failures (transport_key, attempts, last_error, last_at) values (?, 1, ?, ?)
     on conflict (transport_key) do update set attempts = message_failures.attempts + 1, last_error = excluded.last_error, last_at = excluded.last_at
     returning attempts`,
    [envelope.transportKey, why, context.now()],
  );
  const { attempts } = row!;
  return { attempts, parked: attempts < ATTEMPTS_MAX ? undefined : await parkCallback(context, envelope, why) };
}

/** Puts a callback that can never work aside, with its cause, where staff see it and can replay it after a mend. */
async function parkCallback(context: ApplyContext, envelope: CallbackEnvelope, why: string): Promise<CallbackOutcome> {
  const at = context.now();
  const reading = tryToRead(envelope, context.callbackKeys);
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
      method: reading ? methodOf(reading) : null,
      platform_order_no: reading ? platformOrderNoOf(reading) : null,
      transaction_id: reading ? transactionIdOf(reading) : null,
      order_id: null,
      answer: null,
      topic: reading ? topicOf(reading) : null,
      problem: null,
      secret: envelope.secret,
      source: envelope.source,
      path: envelope.path,
      content_type: envelope.contentType,
      body: envelope.body,
      signature_headers: envelope.signatureHeaders ?? null,
      late: envelope.late,
      received_at: envelope.receivedAt,
      decided_at: at.toISOString(),
    };
    // It may be there already, as an orphan or parked before; what was applied meanwhile stays applied.
    await insertRows(
      tx.em,
      'callbacks',
      INBOX_COLUMNS,
      [row],
      `on conflict (transport_key) do update set outcome = 'parked', detail = excluded.detail, detail_en = excluded.detail_en, decided_at = excluded.decided_at
        where callbacks.outcome in ('orphan', 'parked')`,
    );
    await tx.em.execute(`delete from message_failures where transport_key = ?`, [envelope.transportKey], 'run');
    // A repetition comes under another id than the row that was kept first.
    const [kept] = await tx.em.execute<{ public_id: string }[]>(
      `select public_id from callbacks where transport_key = ?`,
      [envelope.transportKey],
    );
    const callbackId = kept!.public_id;
    await raiseException(tx, {
      kind: 'parked_message',
      order: null,
      callbackId,
      dedupKey: `parked_message:${envelope.transportKey}`,
      detail,
      at,
    });
    recordEvent(tx, at, 'callback.recorded', null, {
      callbackId,
      provider: envelope.provider,
      outcome: 'parked',
    });
  });
  return {
    outcome: 'parked',
    decidedAt: at.toISOString(),
    platformOrderNo: reading ? platformOrderNoOf(reading) : null,
    method: reading ? methodOf(reading) : null,
    payment: null,
    problem: null,
  };
}

function tryToRead(envelope: CallbackEnvelope, keys: CallbackKeys): CallbackReading | undefined {
  try {
    return readCallback(envelope, keys);
  } catch {
    return undefined;
  }
}
