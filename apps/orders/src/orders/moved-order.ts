import type { Order } from './order.entity.ts';

/** An order as moves see it: no name, phone or address, and little to read for a batch. */
export type MovedOrder = Pick<
  Order,
  | 'id'
  | 'orderNumber'
  | 'status'
  | 'haierStatus'
  | 'haierRound'
  | 'haierOrderNo'
  | 'haierFailMessage'
  | 'haierCountedAt'
  | 'haierLineCount'
  | 'localLineCount'
  | 'totalFen'
  | 'payableFen'
  | 'isGovernmentOrder'
  | 'distributionTime'
  | 'installTime'
  | 'expiresAt'
  | 'paidAt'
  | 'cancelledAt'
>;

/** What `movedOrder` reads. */
export const MOVED_COLUMNS =
  'id, order_number, status, haier_status, haier_round, haier_order_no, haier_fail_message, haier_counted_at, haier_line_count, local_line_count, total_fen, payable_fen, is_government_order, distribution_time, install_time, expires_at, paid_at, cancelled_at';

/** A row as the driver gives it: 64-bit numbers and times as text. */
export type MovedOrderRow = {
  id: string;
  order_number: string;
  status: Order['status'];
  haier_status: Order['haierStatus'];
  haier_round: number;
  haier_order_no: string | null;
  haier_fail_message: string | null;
  haier_counted_at: string | null;
  haier_line_count: number;
  local_line_count: number;
  total_fen: string;
  payable_fen: string;
  is_government_order: boolean;
  distribution_time: string | null;
  install_time: string | null;
  expires_at: string;
  paid_at: string | null;
  cancelled_at: string | null;
};

export const movedOrder = (row: MovedOrderRow): MovedOrder => ({
  id: Number(row.id),
  orderNumber: row.order_number,
  status: row.status,
  haierStatus: row.haier_status,
  haierRound: row.haier_round,
  haierOrderNo: row.haier_order_no,
  haierFailMessage: row.haier_fail_message,
  haierCountedAt: dateOf(row.haier_counted_at),
  haierLineCount: row.haier_line_count,
  localLineCount: row.local_line_count,
  totalFen: Number(row.total_fen),
  payableFen: Number(row.payable_fen),
  isGovernmentOrder: row.is_government_order,
  distributionTime: dateOf(row.distribution_time),
  installTime: dateOf(row.install_time),
  expiresAt: new Date(row.expires_at),
  paidAt: dateOf(row.paid_at),
  cancelledAt: dateOf(row.cancelled_at),
});

const dateOf = (text: string | null) => (text === null ? null : new Date(text));
