import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderEventData, OrderEventType } from '@orderbridge/contracts/order-events';
import { type WatchedOrder, writeOrders } from './orders/write-orders.ts';
import { v7 as uuidv7 } from './uuid.ts';

/** Who or what caused a change, and when. `by` is `system`, `callback:<provider>` or `staff:<username>`. */
export type Cause = {
  readonly by: string;
  readonly at: Date;
  readonly note?: string | undefined;
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
};

/**
 * Runs `work` in one transaction and writes everything it collected. After the commit the relay is woken when
 * events were recorded. Deadlocks and serialisation failures are the caller's to retry.
 */
export async function transact<T>(
  { orm, wakeRelay }: { orm: MikroORM; wakeRelay: () => void },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const em = orm.em.fork();
  let events = 0;
  const result = await em.transactional(async (inner) => {
    const tx: Tx = {
      em: inner as SqlEntityManager,
      watched: [],
      stateChanges: [],
      audit: [],
      events: [],
      inventory: [],
    };
    const value = await work(tx);
    await inner.flush();
    await writeOrders(tx);
    await writeRows(tx);
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

const ROW_COLUMNS = {
  state_changes:
    'machine text, order_id bigint, subject_id uuid, from_state text, to_state text, fact text, by text, note text, callback_id uuid, at timestamptz',
  audit_entries: 'at timestamptz, actor text, action text, resource_type text, resource_id text, detail jsonb',
  outbox: 'event_id uuid, type text, subject text, data jsonb, at timestamptz',
  inventory_log:
    'product_id bigint, order_id bigint, change_type text, quantity integer, reason text, by text, at timestamptz',
} as const;

async function writeRows(tx: Tx): Promise<void> {
  const pending = {
    state_changes: tx.stateChanges,
    audit_entries: tx.audit,
    outbox: tx.events,
    inventory_log: tx.inventory,
  };
  for (const [table, rows] of Object.entries(pending) as [keyof typeof ROW_COLUMNS, object[]][]) {
    if (rows.length > 0) await insertRows(tx.em, table, ROW_COLUMNS[table], rows);
  }
}

/** Adds rows set-based in one statement; `columns` is a record definition of PostgreSQL. Ids rise in the order given. */
export async function insertRows(
  em: SqlEntityManager,
  table: string,
  columns: string,
  rows: readonly object[],
): Promise<void> {
  const names = columns.replaceAll(/ [a-z]+(?=,|$)/g, '');
  await em.execute(
    `insert into ${table} (${names}) select ${names} from json_to_recordset(?::json) as r(${columns})`,
    [JSON.stringify(rows)],
    'run',
  );
}
