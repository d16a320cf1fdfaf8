import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PushOrder } from '@orderbridge/contracts/internal-calls';

type Row = {
  order_number: string;
  haier_round: number;
  haier_status: PushOrder['haierStatus'];
  haier_order_no: string | null;
  contact_name: string;
  phone: string;
  province: string;
  city: string;
  district: string;
  town: string | null;
  address_detail: string;
  county_code: string | null;
  note: string | null;
  cancel_reason: string | null;
  created_at: string;
  distribution_time: string | null;
  install_time: string | null;
  is_government_order: boolean;
  total_fen: string;
  payable_fen: string;
  lines: PushOrder['lines'] | null;
};

/** Orders with everything the platform needs of them, personal data in clear, by number; one that is not there is left out. */
export async function readPushOrders(
  em: SqlEntityManager,
  orderNumbers: readonly string[],
): Promise<Map<string, PushOrder>> {
  if (orderNumbers.length === 0) return new Map();
  const rows = await em.execute<Row[]>(
    `select o.order_number, o.haier_round, o.haier_status, o.haier_order_no, o.contact_name, o.phone, o.province, o.city,
            o.district, o.town, o.address_detail, o.county_code, o.note, o.cancel_reason, o.created_at,
            o.distribution_time, o.install_time, o.is_government_order, o.total_fen, o.payable_fen,
            (select json_agg(json_build_object('productCode', l.product_code, 'productName', l.product_name,
                     'source', l.source, 'quantity', l.quantity, 'unitPriceFen', l.unit_price_fen,
                     'totalFen', l.total_fen) order by l.id)
               from order_lines l where l.order_id = o.id) as lines
       from orders o where o.order_number in (?)`,
    [orderNumbers],
  );
  return new Map(rows.map((row) => [row.order_number, pushOrder(row)]));
}

const pushOrder = (row: Row): PushOrder => ({
  orderNumber: row.order_number,
  round: row.haier_round,
  haierStatus: row.haier_status,
  haierOrderNo: row.haier_order_no,
  contactName: row.contact_name,
  phone: row.phone,
  province: row.province,
  city: row.city,
  district: row.district,
  town: row.town,
  addressDetail: row.address_detail,
  countyCode: row.county_code,
  note: row.note,
  cancelReason: row.cancel_reason,
  createdAt: instant(row.created_at),
  distributionTime: row.distribution_time && instant(row.distribution_time),
  installTime: row.install_time && instant(row.install_time),
  isGovernmentOrder: row.is_government_order,
  totalFen: Number(row.total_fen),
  payableFen: Number(row.payable_fen),
  lines: row.lines ?? [],
});

const instant = (text: string) => new Date(text).toISOString();
