import { subjects } from '@orderbridge/contracts/subjects';
import { expect, test } from 'vitest';
import { keepUndecodable } from '../src/callbacks/keep-undecodable.ts';
import { consumeCallbacks } from '../src/consumers/callbacks.ts';
import { ordersApi } from './_api.ts';

test('a message that is no envelope is kept whole, byte by byte, and a case names it', async () => {
  await using api = await ordersApi();
  const { context } = api;
  // Neither text nor JSON, and longer than any sample.
  const data = Buffer.concat([Buffer.from('{"id":'), Buffer.from([0, 255, 10, 92]), Buffer.alloc(3_000, '中')]);
  const subject = subjects.callback('haier');
  const consuming = consumeCallbacks(context);
  try {
    const first = await context.js.client.publish(subject, data);
    await context.js.client.publish(subject, 'another');
    const rows = () =>
      context.orm.em
        .fork()
        .execute<{ id: string; stream_sequence: string; subject: string; data: Buffer; received_at: string }[]>(
          `select * from unreadable_messages order by id`,
        );
    await expect.poll(async () => (await rows()).length, { timeout: 10_000 }).toBe(2);
    const [kept] = await rows();
    expect(kept).toMatchObject({ stream_sequence: String(first.seq), subject });
    expect(kept!.data.equals(data)).toBe(true);
    expect(kept!.received_at).not.toBeNull();

    // Delivered again, it is the same message.
    await keepUndecodable(context, { streamSequence: first.seq, subject, data });
    expect(await rows()).toHaveLength(2);
    const cases = await context.orm.em
      .fork()
      .execute<{ kind: string; detail: string; detail_en: string }[]>(
        `select kind, detail, detail_en from exceptions order by id`,
      );
    expect(cases).toHaveLength(2);
    expect(cases[0]).toMatchObject({ kind: 'parked_message' });
    for (const text of [cases[0]!.detail, cases[0]!.detail_en])
      expect(text).toContain(`unreadable_messages ${kept!.id}`);
  } finally {
    await consuming.stop();
  }
});
