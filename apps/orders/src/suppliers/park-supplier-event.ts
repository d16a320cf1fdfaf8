import { raiseException } from '../exceptions/raise-exception.ts';
import { transact, type TransactContext } from '../transaction.ts';

/** An event that cannot be read, or applied, as it lay on the bus. */
export type ParkedEvent = {
  readonly streamSequence: number;
  readonly id: string | undefined;
  readonly type: string;
  readonly subject: string;
  readonly raw: string;
};

/** Keeps such an event with its text and puts it before staff, so that it does not come for ever and is not lost. */
export async function parkSupplierEvent(
  context: TransactContext & { readonly now: () => Date },
  { streamSequence, id, type, subject, raw }: ParkedEvent,
): Promise<void> {
  const at = context.now();
  await transact(context, async (tx) => {
    await tx.em.execute(
      `insert into supplier_events (event_id, type, subject, raw, received_at) values (coalesce(?, gen_random_uuid()), ?, ?, ?, ?)
       on conflict (event_id) do nothing`,
      // PostgreSQL keeps no NUL in text.
      [id ?? null, type, subject, raw.replaceAll('\0', '\u2400'), at],
      'run',
    );
    await raiseException(tx, {
      kind: 'parked_message',
      order: null,
      dedupKey: `supplier:${id ?? streamSequence}`,
      detail: {
        zh: `对接服务的事件 ${type}（${subject}）无法处理，已保留原文，请联系技术人员`,
        en: `Event ${type} of integrations (${subject}) cannot be handled; its text is kept. Tell an engineer`,
      },
      at,
    });
  });
}
