import { raiseException } from '../exceptions/raise-exception.ts';
import { transact, type TransactContext } from '../transaction.ts';

/** A message as the stream gave it. */
export type UndecodableMessage = {
  readonly streamSequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
};

/**
 * Keeps a message of the callback stream that is no envelope, byte by byte, so that a later version can read it, with a
 * case that names its row. Only the gateway writes there: it is a newer one's, or a stranger's. The case quotes nothing
 * of it, because nobody knows what is personal in it. The same message delivered again changes nothing.
 */
export async function keepUndecodable(
  context: TransactContext & { readonly now: () => Date },
  { streamSequence, subject, data }: UndecodableMessage,
): Promise<void> {
  const at = context.now();
  await transact(context, async (tx) => {
    const [kept] = await tx.em.execute<{ id: string }[]>(
      `insert into unreadable_messages (stream_sequence, subject, data, received_at) values (?, ?, decode(?, 'hex'), ?)
       on conflict (stream_sequence, md5(data)) do nothing returning id`,
      [streamSequence, subject, Buffer.from(data).toString('hex'), at],
    );
    if (!kept) return;
    const size = data.length;
    await raiseException(tx, {
      kind: 'parked_message',
      order: null,
      dedupKey: `unreadable:${kept.id}`,
      detail: {
        zh: `消息无法解码（${subject}，流序号 ${streamSequence}，${size} 字节），原文完整保存在 unreadable_messages ${kept.id}，可能来自更新版本的网关，请核实后处理`,
        en: `A message cannot be decoded (${subject}, stream sequence ${streamSequence}, ${size} bytes); the whole of it is kept in unreadable_messages ${kept.id}. It may be of a newer gateway: find out what it says`,
      },
      at,
    });
  });
}
