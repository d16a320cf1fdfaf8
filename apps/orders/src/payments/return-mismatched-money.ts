import type { CallbackKeys } from '../callbacks/callback-keys.ts';
import { openReplay } from '../callbacks/replay-callback.ts';
import { Refused } from '../errors.ts';
import { asWritten } from '../text.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { returnMismatch } from './return-money.ts';

export type ReturnMismatchedContext = TransactContext & {
  readonly now: () => Date;
  readonly by: string;
  readonly callbackKeys: CallbackKeys;
  /** From how much, in fen, a second person has to approve it; undefined for never. */
  readonly twoPersonFromFen?: number | undefined;
};

/**
 * Opens, on a person's word, the refund of money whose callback named another amount than the payment's (R99): exactly
 * the amount named, to whoever paid it, once. What the payment itself received and returns is another matter.
 * @throws NotFound, Refused when that callback names no such money or it is on its way back already
 */
export async function returnMismatchedMoney(
  context: ReturnMismatchedContext,
  { callbackId, reason }: { callbackId: string; reason: string },
): Promise<void> {
  await transact(context, async (tx) => {
    const { stored, reading, found } = await openReplay(tx, context, callbackId);
    const { locked, payment } = found;
    if (
      stored.outcome !== 'amount_mismatch' ||
      reading.kind !== 'payment' ||
      !reading.meaning.ok ||
      reading.meaning.notice.news !== 'succeeded' ||
      !reading.meaning.notice.amountFen ||
      !locked ||
      !payment
    )
      throw new Refused('REFUSED', '该回调没有待退还的款项', 'This callback names no money to be returned');
    const { transactionId, amountFen } = reading.meaning.notice;
    const approvalFromFen = context.twoPersonFromFen;
    const money = { callbackId, transactionId, amountFen, reason: asWritten(reason), approvalFromFen };
    if (!(await returnMismatch(tx, locked, payment, money, { by: context.by, at: context.now() })))
      throw new Refused('REFUSED', '该笔款项已登记退款', 'A refund of this money was opened already');
  });
}
