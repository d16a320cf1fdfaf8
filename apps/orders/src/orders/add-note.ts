import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { staffLines } from './note-lines.ts';
import { recordAmendment } from './record-amendment.ts';

/** As many characters as the notes of one order may have together. */
const NOTES_MAX = 5000;

/**
 * Adds a note with its time (Asia/Shanghai) and author below what was written before, which stays.
 * @throws NotFound, Refused BAD_INPUT when the notes would become too long
 */
export const addNote = (
  context: ActContext,
  { orderNumber, note }: z.output<typeof orderApi.addNote.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, { order }, cause) => {
    const [row] = await tx.em.execute<{ note: string | null }[]>(`select note from orders where id = ?`, [order.id]);
    const entry = staffLines(note, cause);
    const notes = row?.note ? `${row.note}\n${entry}` : entry;
    if (notes.length > NOTES_MAX)
      throw new Refused(
        'BAD_INPUT',
        `备注总长不能超过 ${NOTES_MAX} 个字符，现有 ${row?.note?.length ?? 0} 个`,
        `The notes of an order cannot be longer than ${NOTES_MAX} characters; there are ${row?.note?.length ?? 0}`,
      );
    await tx.em.execute(`update orders set note = ? where id = ?`, [notes, order.id], 'run');
    // The words themselves stay out of history and audit, which are kept longer than personal data may be.
    recordAmendment(
      tx,
      order,
      {
        what: 'note',
        fact: 'note_added',
        note: { zh: `添加备注（${note.length} 个字符）`, en: `A note of ${note.length} characters was added` },
        detail: { characters: note.length },
      },
      cause,
    );
  });
