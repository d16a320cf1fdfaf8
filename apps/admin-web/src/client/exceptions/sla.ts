import type { ExceptionItem, ExceptionKind } from '@orderbridge/contracts/exceptions-api';

/** How long a case may wait, in seconds: `soon` is the time to see to it, after `over` somebody is being let down. */
type Patience = { readonly soonSeconds: number; readonly overSeconds: number };

const HOUR = 3_600;
/** Money is with the wrong one: the buyer or the shop waits for it. */
const MONEY: Patience = { soonSeconds: HOUR, overSeconds: 4 * HOUR };
/** Goods stand still, or move and should not. */
const GOODS: Patience = { soonSeconds: 2 * HOUR, overSeconds: 8 * HOUR };
/** A record wants a look; nobody waits at the door. */
const RECORDS: Patience = { soonSeconds: 8 * HOUR, overSeconds: 24 * HOUR };

const PATIENCE: Readonly<Record<ExceptionKind, Patience>> = {
  money_to_return: MONEY,
  amount_mismatch: MONEY,
  transaction_reused: MONEY,
  payment_unclear: MONEY,
  refund_failed: MONEY,
  refund_to_approve: MONEY,
  push_overdue: GOODS,
  push_failed: GOODS,
  confirmation_overdue: GOODS,
  cancel_refused: GOODS,
  out_of_stock: GOODS,
  goods_not_stopped: GOODS,
  conflicting_callback: GOODS,
  quantity_conflict: GOODS,
  orphan_callback: RECORDS,
  late_callback: RECORDS,
  stock_release_failed: RECORDS,
  product_code_taken: RECORDS,
  parked_message: RECORDS,
};

/** Every kind, in the order of how pressing it is. */
export const EXCEPTION_KIND_NAMES = Object.keys(PATIENCE) as ExceptionKind[];

export type Waiting = 'inTime' | 'soon' | 'over';

/** Whether a case of this kind has been waiting too long. */
export function waitingOf({ kind, ageSeconds }: Pick<ExceptionItem, 'kind' | 'ageSeconds'>): Waiting {
  // A kind that is younger than this page is treated like a record.
  const { soonSeconds, overSeconds } = PATIENCE[kind] ?? RECORDS;
  return ageSeconds >= overSeconds ? 'over' : ageSeconds >= soonSeconds ? 'soon' : 'inTime';
}
