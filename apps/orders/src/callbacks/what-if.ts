import type { WhatIf } from '@orderbridge/contracts/orders-api';
import type { LockedOrder } from '../orders/lock-orders.ts';
import type { MovedOrder } from '../orders/moved-order.ts';
import { rehearse, type Tx } from '../transaction.ts';
import type { Applied } from './apply-haier-notice.ts';
import { openReplay, type ReplayContext, runReplay } from './replay-callback.ts';

/**
 * What replaying a stored callback would change now (features.md row 17): the replay itself, run whole and taken back,
 * so that its answer is what a replay would do and not a second opinion. Nothing is written, nobody is told.
 * @throws NotFound, Refused (REFUSED for an unverified one)
 */
export function whatIf(context: ReplayContext, { id }: { id: string }): Promise<WhatIf> {
  return rehearse(context, async (tx) => {
    const opened = await openReplay(tx, context, id);
    const { locked } = opened.found;
    const before = locked && pictureOf(locked);
    const applied = await runReplay(tx, opened, { by: context.by, at: context.now() });
    return describe(tx, applied, locked, before);
  });
}

async function describe(
  tx: Tx,
  { outcome, detail }: Applied,
  locked: LockedOrder | undefined,
  before: Picture | undefined,
): Promise<WhatIf> {
  const moves = tx.stateChanges.map((row) => ({
    machine: row.machine,
    subjectId: row.subject_id,
    from: row.from_state,
    to: row.to_state,
    fact: row.fact,
  }));
  const fields = locked && before ? differences(before.fields, pictureOf(locked).fields) : [];
  const refunds = (locked?.refunds ?? [])
    .filter(({ publicId }) => !before?.refunds.has(publicId))
    .map(({ amountFen, cause, reason, reasonEn }) => ({ amountFen, cause, reason, reasonEn }));
  const stock = tx.released.map(({ product_code, quantity }) => ({ productCode: product_code, quantity }));
  const exceptions = await raisedIn(tx);
  return {
    outcome,
    detail: detail?.zh ?? null,
    detailEn: detail?.en ?? null,
    orderNumber: locked?.order.orderNumber ?? null,
    changes: [moves, fields, refunds, stock, exceptions].some((changes) => changes.length > 0),
    moves,
    fields,
    refunds,
    stock,
    exceptions,
  };
}

/** The values of an order, its payments, lines and refunds, by the name that a difference is shown under. */
type Picture = { readonly fields: ReadonlyMap<string, string>; readonly refunds: ReadonlySet<string> };

function pictureOf({ order, lines, payments, refunds }: LockedOrder): Picture {
  const fields = new Map<string, string>();
  const add = (prefix: string, values: Record<string, string | number | boolean | Date | null | undefined>) => {
    for (const [name, value] of Object.entries(values)) fields.set(`${prefix}${name}`, written(value));
  };
  add('', order satisfies MovedOrder);
  for (const { publicId, status, transactionId, paidAt } of payments)
    add(`payment ${publicId} `, { status, transactionId, paidAt });
  for (const { productCode, receivedQty, returnedQty, rejectedQty } of lines)
    add(`line ${productCode} `, { receivedQty, returnedQty, rejectedQty });
  for (const { refundNo, status, providerRefundId, withdrawnAt } of refunds)
    add(`refund ${refundNo} `, { status, providerRefundId, withdrawnAt });
  return { fields, refunds: new Set(refunds.map(({ publicId }) => publicId)) };
}

const written = (value: string | number | boolean | Date | null | undefined): string =>
  value instanceof Date ? value.toISOString() : String(value ?? '');

/** Only what was there before: a refund that is opened is told as a whole. */
const differences = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): WhatIf['fields'] =>
  [...before].flatMap(([field, from]) => {
    const to = after.get(field) ?? from;
    return to === from ? [] : [{ field, from, to }];
  });

async function raisedIn(tx: Tx): Promise<WhatIf['exceptions']> {
  const ids = tx.events.flatMap(({ type, data }) =>
    type === 'exception.raised' && 'exceptionId' in data ? [String(data.exceptionId)] : [],
  );
  if (ids.length === 0) return [];
  const rows = await tx.em.execute<{ kind: string; detail: string; detail_en: string }[]>(
    `select kind, detail, detail_en from exceptions where public_id in (?) order by id`,
    [ids],
  );
  return rows.map(({ kind, detail, detail_en }) => ({ kind, detail, detailEn: detail_en }));
}
