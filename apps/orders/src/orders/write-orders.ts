import type { MovedOrder } from './moved-order.ts';

/** What may change in an order's life; everything else is fixed when it is placed. */
const MUTABLE = {
  status: 'status text',
  haierStatus: 'haier_status text',
  haierRound: 'haier_round integer',
  haierOrderNo: 'haier_order_no text',
  haierFailMessage: 'haier_fail_message text',
  haierCountedAt: 'haier_counted_at timestamptz',
  payableFen: 'payable_fen bigint',
  distributionTime: 'distribution_time timestamptz',
  installTime: 'install_time timestamptz',
  paidAt: 'paid_at timestamptz',
  cancelledAt: 'cancelled_at timestamptz',
} as const satisfies Partial<Record<keyof MovedOrder, string>>;

const FIELDS = Object.keys(MUTABLE) as (keyof typeof MUTABLE)[];
const COLUMNS = Object.values(MUTABLE);
const UPDATE = `update orders o set ${COLUMNS.map((column) => column.split(' ')[0]!)
  .map((name) => `${name} = r.${name}`)
  .join(', ')} from json_to_recordset(?::json) as r(id bigint, ${COLUMNS.join(', ')}) where o.id = r.id`;

/** One set-based statement with the rows it takes as its only parameter, as JSON. */
export type SetWrite = { readonly sql: string; readonly rows: readonly object[] };

/** An order locked by this transaction, with its mutable fields as they were. */
export type WatchedOrder = { readonly order: MovedOrder; readonly before: readonly unknown[] };

/** Remembers a locked order as it is now, so that its changes are written at the end of the transaction. */
export function watchOrder(watched: WatchedOrder[], order: MovedOrder): void {
  watched.push({ order, before: FIELDS.map((field) => order[field]) });
}

/**
 * The update of every changed order, in one statement; undefined when none has changed. The unit of work would send one `case` branch per order and column,
 * which costs PostgreSQL the square of the batch.
 */
export function ordersUpdate(watched: readonly WatchedOrder[]): SetWrite | undefined {
  const changed = watched.filter(({ order, before }) => FIELDS.some((field, index) => order[field] !== before[index]));
  if (changed.length === 0) return undefined;
  const rows = changed.map(({ order }) => {
    const row: Record<string, unknown> = { id: order.id };
    for (const field of FIELDS) row[MUTABLE[field].split(' ')[0]!] = order[field] ?? null;
    return row;
  });
  return { sql: UPDATE, rows };
}
