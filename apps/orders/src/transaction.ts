import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderEventData, OrderEventType } from '@orderbridge/contracts/order-events';
import { INBOX_COLUMNS, type InboxRow } from './callbacks/inbox-row.ts';
import { isLockConflict } from './database-errors.ts';
import { ordersUpdate, type SetWrite, type WatchedOrder } from './orders/write-orders.ts';
import type { Text } from './text.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';

/** Who or what caused a change, and when. `by` is `system`, `callback:<provider>` or `staff:<username>`. */
export type Cause = {
  readonly by: string;
  readonly at: Date;
  readonly note?: Text | undefined;
  /** Public id of the callback that caused it. */
  readonly callbackId?: string | undefined;
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
export type EventRow = { event_id: string; type: OrderEventType; subject: string; data: object; at: Date };
export type InventoryRow = {
  product_id: number;
  order_id: number | null;
  change_type: 'lock' | 'release' | 'adjust';
  quantity: number;
  reason: string;
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
  /** Local stock to give back at the end. */
  readonly released: { product_id: number; quantity: number }[];
};

const ATTEMPTS_MAX = 4;
const RETRY_WAIT_MS = 20;

/**
 * Runs `work` in one transaction and writes everything it collected. After the commit the relay is woken when
 * events were recorded. A deadlock or serialisation failure rolls back and runs `work` again, which therefore keeps
 * nothing outside of `tx`.
 */
export async function transact<T>(context: TransactContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transactOnce(context, work);
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !isLockConflict(error)) throw error;
      await delay(RETRY_WAIT_MS * attempt);
    }
  }
}

export type TransactContext = { readonly orm: MikroORM; readonly wakeRelay: () => void };

async function transactOnce<T>({ orm, wakeRelay }: TransactContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  const em = orm.em.fork();
  let events = 0;
  const result = await em.transactional(async (inner) => {
    const tx: Tx = {
      em: inner,
      watched: [],
      stateChanges: [],
      audit: [],
      events: [],
      inventory: [],
      inbox: [],
      released: [],
    };
    const value = await work(tx);
    await inner.flush();
    await giveBackStock(tx);
    await writeCollected(tx);
    events = tx.events.length;
    return value;
  });
  if (events > 0) wakeRelay();
  return result;
}

/** Records an event for the outbox; it is told after the commit, in order per order. */
export function recordEvent<T extends OrderEventType>(
  tx: Tx,
  at: Date,
  type: T,
  subject: string | null,
  data: OrderEventData<T>,
): void {
  tx.events.push({ event_id: uuidv7(at), type, subject: subject ?? '-', data, at });
}

/** Columns of the tables that are only ever added to, as record definitions of PostgreSQL. */
const ADDED = {
  state_changes:
    'machine text, order_id bigint, subject_id uuid, from_state text, to_state text, fact text, by text, note text, note_en text, callback_id uuid, at timestamptz',
  audit_entries: 'at timestamptz, actor text, action text, resource_type text, resource_id text, detail jsonb',
  outbox: 'event_id uuid, type text, subject text, data jsonb, at timestamptz',
  inventory_log:
    'product_id bigint, order_id bigint, change_type text, quantity integer, reason text, by text, at timestamptz',
  callbacks: INBOX_COLUMNS,
} as const;

/** Products are locked by id, after orders and payments, so that two transactions cannot lock crosswise. */
async function giveBackStock({ em, released }: Tx): Promise<void> {
  if (released.length === 0) return;
  await em.execute(`select id from products where id in (?) order by id for update`, [
    released.map((entry) => entry.product_id),
  ]);
  await em.execute(
    `update products p set stock = p.stock + r.quantity
       from (select product_id, sum(quantity)::int as quantity
               from json_to_recordset(?::json) as e(product_id bigint, quantity integer) group by product_id) r
      where p.id = r.product_id`,
    [JSON.stringify(released)],
    'run',
  );
}

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

/** Adds rows set-based in one statement; `columns` is a record definition of PostgreSQL. Ids rise in the order given. */
export async function insertRows(
  em: SqlEntityManager,
  table: string,
  columns: string,
  rows: readonly object[],
  onConflict = '',
): Promise<void> {
  await em.execute(`${insertSql(table, columns)} ${onConflict}`, [JSON.stringify(rows)], 'run');
}

function insertSql(table: string, columns: string): string {
  const names = columns.replaceAll(/ [a-z]+(?=,|$)/g, '');
  return `insert into ${table} (${names}) select ${names} from json_to_recordset(?::json) as r(${columns})`;
}
