import { raiseException } from '../exceptions/raise-exception.ts';
import { transact, type TransactContext } from '../transaction.ts';

/** An event that cannot be read, or applied, as it lay on the bus. */
export type ParkedEvent = {
  readonly streamSequence: number;
  readonly id: string | undefined;
  readonly type: string;
  readonly subject: string;
  readonly raw: string;
  /** Why not, in a few words. */
  readonly cause: string;
  /** How often it was delivered in vain. */
  readonly deliveries: number;
};

/**
 * Keeps such an event with its text and puts it before staff, so that it does not come for ever and is not lost: it is
 * applied by `replayUnread`. The same one is kept once, however often it is delivered.
 */
export async function parkSupplierEvent(
  context: TransactContext & { readonly now: () => Date },
  { streamSequence, id, type, cause, deliveries, ...texts }: ParkedEvent,
): Promise<void> {
  const at = context.now();
  const raw = withoutNul(texts.raw);
  const subject = withoutNul(texts.subject);
  await transact(context, async (tx) => {
    // One without an id gets one of its place and text: a stream that was made anew counts from one again.
    const [kept] = await tx.em.execute<{ event_id: string }[]>(
      `insert into supplier_events (event_id, type, subject, raw, cause, deliveries, received_at)
       values (coalesce(?::uuid, md5(?)::uuid), ?, ?, ?, ?, ?, ?)
       on conflict (event_id) do update set deliveries = greatest(supplier_events.deliveries, excluded.deliveries)
         where supplier_events.raw is not null
       returning event_id`,
      [id ?? null, `${streamSequence}:${raw}`, type, subject, raw, cause, deliveries, at],
    );
    // An event of this id was applied.
    if (!kept) return;
    await raiseException(tx, {
      kind: 'parked_message',
      order: null,
      dedupKey: caseOfParked(kept.event_id),
      detail: {
        zh: `对接服务的事件 ${type}（${subject}）无法处理，已保留原文，请联系技术人员`,
        en: `Event ${type} of integrations (${subject}) cannot be handled; its text is kept. Tell an engineer`,
      },
      at,
    });
  });
}

// PostgreSQL keeps no NUL in text.
const withoutNul = (text: string) => text.replaceAll('\0', '\u2400');

/** Names the case of a kept event. */
export const caseOfParked = (eventId: string): string => `supplier:${eventId}`;
