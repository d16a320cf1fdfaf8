import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderEventType } from '@orderbridge/contracts/order-events';
import { againOnConflict } from '@orderbridge/service-kit/database/again-on-conflict';
import { insertSql } from '@orderbridge/service-kit/database/insert-rows';
import { type EventRow as OutboxEvent, OUTBOX_COLUMNS } from '@orderbridge/service-kit/outbox/event-row';
import { INBOX_COLUMNS, type InboxRow } from './callbacks/inbox-row.ts';
import { giveBackStock } from './catalogue/give-back-stock.ts';
import { closeOverdue } from './exceptions/close-overdue.ts';
import { ordersUpdate, type SetWrite, type WatchedOrder } from './orders/write-orders.ts';
import type { Text } from './text.ts';

export { recordEvent } from './outbox/record-event.ts';

/** Who or what caused a change, and when. `by` is `system`, `callback:<provider>` or `staff:<username>`. */
export type Cause = {
  readonly by: string;
  readonly at: Date;
  readonly note?: Text | undefined;
  /** Public id of the callback that caused it. */
  readonly callbackId?: string | undefined;
  /** Machine word for why, in the audit's detail (R83). */
  readonly reason?: string | undefined;
};

export type StateChangeRow = {
  machine: 'order' | 'payment' | 'refund' | 'haier';
  order_id: number;
  subject_id: string | null;
  from_state: string;
  to_state: string;
  fact: string;
  by: string;
  note: string | null;
  note_en: string | null;
  callback_id: string | null;
  at: Date;
};
export type AuditRow = {
  at: Date;
  actor: string;
  action: string;
  resource_type: string;
  resource_id: string;
  detail: object;
};
export type EventRow = OutboxEvent & { type: OrderEventType };
export type InventoryRow = {
  product_id: number;
  order_id: number | null;
  change_type: 'lock' | 'release' | 'adjust';
  quantity: number;
  reason: string;
  /** What a person wrote about it. */
  note: string | null;
  by: string;
  at: Date;
};
/** What a line of an order holds of a product and is to give back. */
export type ReleasedStock = {
  order: { id: number; orderNumber: string };
  line_id: number;
  product_id: number;
  product_code: string;
  quantity: number;
  reason: 'order_cancelled' | 'order_refunded';
  by: string;
  at: Date;
};

/**
 * One transaction of one use case: the unit of work for what changes (entities in `em`), and lists of rows that are
 * only ever added. Both are written at the end, so that history, audit and events are true together with the change.
 */
export type Tx = {
  readonly em: SqlEntityManager;
  /** Orders locked by this transaction, as they were. */
  readonly watched: WatchedOrder[];
  readonly stateChanges: StateChangeRow[];
  readonly audit: AuditRow[];
  readonly events: EventRow[];
  readonly inventory: InventoryRow[];
  readonly inbox: InboxRow[];
  /** Local stock to give back at the end; the lines hold it until then. */
  readonly released: ReleasedStock[];
  /** Pieces that completed orders sold, to be counted at the end. */
  readonly sold: { product_id: number; quantity: number }[];
};

/**
 * Runs `work` in one transaction and writes everything it collected. After the commit the relay is woken when
 * events were recorded. A deadlock or serialisation failure rolls back and runs `work` again, which therefore keeps
 * nothing outside of `tx`.
 */
export async function transact<T>(context: TransactContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return context.within ? work(context.within) : againOnConflict(() => transactOnce(context, work));
}

/**
 * Runs `work` as `transact` would, checks of the database included, and takes everything back: nothing is written,
 * nobody is told. What `work` answers is all that remains.
 */
export function rehearse<T>({ orm }: Pick<TransactContext, 'orm'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  return againOnConflict(async () => {
    const em = orm.em.fork();
    await em.begin();
    try {
      const tx = newTx(em);
      const value = await work(tx);
      await settle(tx);
      return value;
    } finally {
      await em.rollback();
    }
  });
}

/**
 * Runs a part of a rehearsal as a transaction of its own would run: it loads everything anew, and what it changes of
 * orders, payments, lines and refunds is there for the next part. Answers its moves; whatever else it recorded is gone.
 */
export async function rehearsePart({ em }: Tx, work: (tx: Tx) => Promise<void>): Promise<readonly StateChangeRow[]> {
  const tx = newTx(em.fork({ keepTransactionContext: true }));
  await work(tx);
  await tx.em.flush();
  await writeCollected({ ...newTx(tx.em), watched: tx.watched });
  return tx.stateChanges;
}

export type TransactContext = {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  /** Transaction of the caller: the work becomes a part of it and is committed, or not, with the rest of it. */
  readonly within?: Tx | undefined;
  /** Hears, after the commit, which audit rows the transaction left. */
  readonly onAudited?: ((rows: readonly AuditRow[]) => void) | undefined;
};

async function transactOnce<T>(
  { orm, wakeRelay, onAudited }: TransactContext,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const em = orm.em.fork();
  let events = 0;
  let audited: readonly AuditRow[] = [];
  const result = await em.transactional(async (inner) => {
    const tx = newTx(inner);
    const value = await work(tx);
    await settle(tx);
    events = tx.events.length;
    audited = tx.audit;
    return value;
  });
  if (events > 0) wakeRelay();
  onAudited?.(audited);
  return result;
}

const newTx = (em: SqlEntityManager): Tx => ({
  em,
  watched: [],
  stateChanges: [],
  audit: [],
  events: [],
  inventory: [],
  inbox: [],
  released: [],
  sold: [],
});

async function settle(tx: Tx): Promise<void> {
  await tx.em.flush();
  await giveBackStock(tx, tx.sold.map(productIdOf));
  await countSold(tx);
  await closeOverdue(tx);
  await writeCollected(tx);
}

/** Columns of the tables that are only ever added to, as record definitions of PostgreSQL. */
const ADDED = {
  state_changes:
    'machine text, order_id bigint, subject_id uuid, from_state text, to_state text, fact text, by text, note text, note_en text, callback_id uuid, at timestamptz',
  audit_entries: 'at timestamptz, actor text, action text, resource_type text, resource_id text, detail jsonb',
  outbox: OUTBOX_COLUMNS,
  inventory_log:
    'product_id bigint, order_id bigint, change_type text, quantity integer, reason text, note text, by text, at timestamptz',
  callbacks: INBOX_COLUMNS,
} as const;

/** Counts what completed orders sold; products that were locked with the released stock are locked already. */
async function countSold({ em, sold }: Tx): Promise<void> {
  if (sold.length === 0) return;
  // Weaker than `for update`: an order that is placed names Haier goods after it took local ones, in no order of id.
  await em.execute(`select id from products where id in (?) order by id for no key update`, [sold.map(productIdOf)]);
  await em.execute(
    `update products p set sales_count = p.sales_count + r.quantity
       from (select product_id, sum(quantity)::int as quantity
               from json_to_recordset(?::json) as e(product_id bigint, quantity integer) group by product_id) r
      where p.id = r.product_id`,
    [JSON.stringify(sold)],
    'run',
  );
}

const productIdOf = (entry: { product_id: number }) => entry.product_id;

/** Everything this transaction adds and changes, in one statement: a batch pays for one round trip, not for six. */
async function writeCollected(tx: Tx): Promise<void> {
  const writes = [
    ordersUpdate(tx.watched),
    insertOf('callbacks', tx.inbox),
    insertOf('state_changes', tx.stateChanges),
    insertOf('audit_entries', tx.audit),
    insertOf('outbox', tx.events),
    insertOf('inventory_log', tx.inventory),
  ].filter((write) => write !== undefined);
  if (writes.length === 0) return;
  const parts = writes.map(({ sql }, index) => `w${index} as (${sql})`);
  await tx.em.execute(
    `with ${parts.join(', ')} select 1`,
    writes.map(({ rows }) => JSON.stringify(rows)),
    'run',
  );
}

const insertOf = (table: keyof typeof ADDED, rows: readonly object[]): SetWrite | undefined =>
  rows.length === 0 ? undefined : { sql: insertSql(table, ADDED[table]), rows };
