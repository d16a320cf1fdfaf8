import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { AMENDMENT_FACTS } from '@orderbridge/contracts/orders-api';
import { SAID_BEFORE } from '../callbacks/apply-haier-notice.ts';
import { ENVELOPE_COLUMNS, type EnvelopeRow, storedEnvelope } from '../callbacks/stored-callback.ts';
import type { StateChangeRow } from '../transaction.ts';

/** One thing that happened to an order, as it was kept. */
export type KeptFact = { readonly at: Date } & (
  | { readonly kind: 'callback'; readonly callback: KeptCallback }
  /** A move that no callback in our inbox caused: of staff, a timer or a job, or what followed from one. */
  | { readonly kind: 'move'; readonly move: KeptMove }
  | { readonly kind: 'payment_created'; readonly paymentId: string; readonly amountFen: number }
  /** Money that a provider told of when it was asked. */
  | { readonly kind: 'money_found'; readonly by: string; readonly money: FoundMoney }
  | { readonly kind: 'price_set'; readonly payableFen: number }
  /** Haier's number as the answer to a push gave it. */
  | { readonly kind: 'haier_number_learned'; readonly haierOrderNo: string }
  | { readonly kind: 'refund_opened'; readonly by: string; readonly refund: KeptRefund }
  | { readonly kind: 'refund_withdrawn'; readonly refundId: string }
  | {
      readonly kind: 'refund_reopened';
      readonly by: string;
      readonly refundId: string;
      readonly approvalNeeded: boolean;
    }
  | { readonly kind: 'refund_approved'; readonly by: string; readonly refundId: string }
);

export type KeptCallback = { readonly rowId: number; readonly envelope: CallbackEnvelope };
export type KeptMove = Pick<StateChangeRow, 'machine' | 'subject_id' | 'fact' | 'by' | 'note' | 'note_en'>;
export type FoundMoney = {
  readonly paymentId: string;
  readonly transactionId: string | undefined;
  readonly amountFen: number;
  readonly receivedAt: Date;
};
export type KeptRefund = {
  /** Public id of its row. */
  readonly id: string;
  readonly key: string;
  readonly paymentId: string;
  readonly amountFen: number;
  readonly cause: string;
  /** Whether it waits for a second person, by the setting of that time. */
  readonly approvalNeeded: boolean;
  /** Public id of the callback that opened it. */
  readonly callbackId: string | undefined;
};

/**
 * Everything that an order's state came from, in the order in which it happened: the callbacks that were taken, the
 * moves that none of them caused, and the audit entries of what is no move. Every transaction about an order holds its
 * lock until its rows are numbered, so moves and entries lie in their true order; only a callback that left none of
 * them (it changed a count, or a number) has no other place than its time.
 */
export async function readHistory(
  em: SqlEntityManager,
  order: { readonly id: number; readonly orderNumber: string },
): Promise<readonly KeptFact[]> {
  const callbacks = await readCallbacks(em, order.id);
  const moves = await em.execute<(KeptMove & { callback_id: string | null; at: string })[]>(
    `select machine, subject_id, fact, by, note, note_en, callback_id, at from state_changes
      where order_id = ? and fact not in (?) order by id`,
    // They moved nothing; what one changed lies in its audit entry.
    [order.id, [...AMENDMENT_FACTS]],
  );
  const others = await readOtherFacts(em, order.orderNumber, order.id);

  const history: KeptFact[] = [];
  const unplaced = new Map(callbacks);
  /** Puts a callback where the first thing lies that it brought about. */
  const place = (id: string | null | undefined, at: Date): boolean => {
    const callback = callbacks.get(id ?? '');
    if (callback && unplaced.delete(callback.envelope.id)) history.push({ kind: 'callback', at, callback });
    return callback !== undefined;
  };
  for (let index = 0; index <= moves.length; index += 1) {
    for (const fact of others.get(index) ?? []) {
      if (fact.kind !== 'refund_opened' || !place(fact.refund.callbackId, fact.at)) history.push(fact);
    }
    const row = moves[index];
    if (!row) continue;
    const { at, callback_id, ...move } = row;
    if (!place(callback_id, new Date(at))) history.push({ kind: 'move', at: new Date(at), move });
  }
  for (const callback of unplaced.values()) {
    const next = history.findIndex((fact) => comesAfter(fact, callback));
    history.splice(next < 0 ? history.length : next, 0, { kind: 'callback', at: callback.decidedAt, callback });
  }
  return history;
}

type DecidedCallback = KeptCallback & { readonly decidedAt: Date };

/** At the same moment callbacks come as they were kept. */
const comesAfter = (fact: KeptFact, { rowId, decidedAt }: DecidedCallback): boolean =>
  fact.at > decidedAt ||
  (fact.at.getTime() === decidedAt.getTime() && fact.kind === 'callback' && fact.callback.rowId > rowId);

/** Those that were taken, by public id, in the order of their keeping. What only said again what was known did nothing. */
async function readCallbacks(em: SqlEntityManager, orderId: number): Promise<Map<string, DecidedCallback>> {
  const rows = await em.execute<(EnvelopeRow & { id: string; decided_at: string })[]>(
    `select id, decided_at, ${ENVELOPE_COLUMNS}
       from callbacks where order_id = ? and outcome in ('applied', 'repeated', 'conflict') and detail is distinct from ? order by id`,
    [orderId, SAID_BEFORE.zh],
  );
  return new Map(
    rows.map((row) => [
      row.public_id,
      { rowId: Number(row.id), decidedAt: new Date(row.decided_at), envelope: storedEnvelope(row) },
    ]),
  );
}

/** What the audit says happened that is no move, by how many moves came before. */
async function readOtherFacts(
  em: SqlEntityManager,
  orderNumber: string,
  orderId: number,
): Promise<Map<number, KeptFact[]>> {
  const rows = await em.execute<AuditEntry[]>(
    `with subjects as (
       select public_id::text as id from payments where order_id = ? union
       select public_id::text from refunds where order_id = ? union
       select subject_id::text from state_changes where order_id = ? and subject_id is not null
     )
     select at, actor, action, resource_id, detail from audit_entries
      where (resource_type = 'order' and resource_id = ?)
         or (resource_type in ('payment', 'refund') and resource_id in (select id from subjects))
      order by id`,
    [orderId, orderId, orderId, orderNumber],
  );
  const others = new Map<number, KeptFact[]>();
  let moves = 0;
  for (const row of rows) {
    const fact = otherFact(row);
    if (fact) others.set(moves, [...(others.get(moves) ?? []), fact]);
    else if ('fact' in row.detail) moves += 1;
  }
  return others;
}

type AuditEntry = {
  at: string;
  actor: string;
  action: string;
  resource_id: string;
  /** As return-money.ts, open-payment.ts, adjust-price.ts, apply-payment-notice.ts and apply-supplier-events.ts write it. */
  detail: Record<string, unknown>;
};

function otherFact({ at: written, actor: by, action, resource_id: id, detail }: AuditEntry): KeptFact | undefined {
  const at = new Date(written);
  const amountFen = Number(detail['amountFen']);
  switch (action) {
    case 'payment_created':
      return { kind: 'payment_created', at, paymentId: id, amountFen };
    case 'payment_money_found': {
      const transactionId = typeof detail['transactionId'] === 'string' ? detail['transactionId'] : undefined;
      const receivedAt = new Date(String(detail['receivedAt']));
      return { kind: 'money_found', at, by, money: { paymentId: id, transactionId, amountFen, receivedAt } };
    }
    case 'order_amended':
      if (detail['what'] === 'haier_number')
        return { kind: 'haier_number_learned', at, haierOrderNo: String(detail['haierOrderNo']) };
      return detail['what'] === 'price' ? { kind: 'price_set', at, payableFen: Number(detail['toFen']) } : undefined;
    case 'refund_opened':
      return {
        kind: 'refund_opened',
        at,
        by,
        refund: {
          id,
          key: String(detail['key']),
          paymentId: String(detail['paymentId']),
          amountFen,
          cause: String(detail['cause']),
          approvalNeeded: detail['approvalNeeded'] === true,
          callbackId: typeof detail['callbackId'] === 'string' ? detail['callbackId'] : undefined,
        },
      };
    case 'refund_withdrawn':
    case 'refund_declined':
      return { kind: 'refund_withdrawn', at, refundId: id };
    case 'refund_reopened':
      return { kind: 'refund_reopened', at, by, refundId: id, approvalNeeded: detail['approvalNeeded'] === true };
    case 'refund_approved':
      return { kind: 'refund_approved', at, by, refundId: id };
    default:
      return undefined;
  }
}
