import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { Tx } from '../transaction.ts';
import { closeExceptions } from './close-exceptions.ts';

/** The outcome of a callback that is the trouble of a case itself. */
const TROUBLES: Partial<Record<ExceptionKind, CallbackOutcomeName>> = {
  amount_mismatch: 'amount_mismatch',
  transaction_reused: 'conflict',
  conflicting_callback: 'conflict',
  quantity_conflict: 'conflict',
  orphan_callback: 'orphan',
  late_callback: 'late',
  parked_message: 'parked',
};

/** Outcomes that say something about an order of ours. What cannot be read, or has no order, settles nothing. */
const DECIDED: readonly CallbackOutcomeName[] = ['applied', 'repeated', 'conflict', 'amount_mismatch'];

/** Whether a callback that ended so leaves nothing to decide in a case of this kind. */
export const isSettledBy = (kind: ExceptionKind, outcome: CallbackOutcomeName): boolean =>
  kind in TROUBLES && DECIDED.includes(outcome) && outcome !== TROUBLES[kind];

/** Closes the cases about a callback that was decided anew and whose trouble is over. */
export const settleCallback = (tx: Tx, callbackId: string, outcome: CallbackOutcomeName, at: Date): Promise<void> =>
  closeExceptions(
    tx,
    { callbackId, kinds: (Object.keys(TROUBLES) as ExceptionKind[]).filter((kind) => isSettledBy(kind, outcome)) },
    { zh: '回调已重新处理，问题不再存在', en: 'The callback was decided anew; the trouble is over' },
    at,
  );
