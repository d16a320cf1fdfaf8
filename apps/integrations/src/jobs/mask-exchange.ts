import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { maskWire } from '../queries/mask-answer.ts';
import type { Exchange } from '../suppliers/suppliers.ts';

/** What went over the wire for an order, as it may be kept and shown: no person in it, and at most 4 KiB of each. */
export const maskExchange = (
  { url, request, answer, ...rest }: Exchange,
  order: Pick<PushOrder, 'contactName' | 'phone' | 'addressDetail'>,
): Exchange => ({
  ...rest,
  url,
  request: cut(maskWire(request, order)),
  answer: answer === null ? null : cut(maskWire(answer, order)),
});

const KEPT_BYTES = 4_096;
const CUT_MARK = '…';

/** Masked before it is cut, so that no half of a name is left; PostgreSQL keeps no NUL. */
function cut(text: string): string {
  const kept = text.replaceAll('\0', '\u2400').toWellFormed();
  if (Buffer.byteLength(kept) <= KEPT_BYTES) return kept;
  const bytes = Buffer.from(kept).subarray(0, KEPT_BYTES - Buffer.byteLength(CUT_MARK));
  // The last character may be cut in half; as many as three bytes of it are left.
  return bytes.toString('utf8').replace(/\uFFFD$/, '') + CUT_MARK;
}
