import type { OrdersExport } from '@orderbridge/contracts/exports-api';
import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { OrderState } from '@orderbridge/state-machine/order-transitions';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { HAIER_STATE_NAMES, ORDER_STATE_NAMES } from './state-names.ts';
import { cursorBehind } from '../paging.ts';
import { orderConditions, type OrderFilter, orderSequence } from './list-orders.ts';
import { MASKED_ADDRESS, maskName, maskPhone, maskText } from './mask.ts';

const BATCH = 500;

/**
 * Orders as CSV text, newest first, with the filters of the list. Name, phone and address are masked unless `reveal`
 * names a purpose; whether the caller may see them was asked before.
 */
export function exportOrders(
  context: ExportContext,
  { lang, reveal, ...filter }: OrdersExport,
): AsyncGenerator<string, void, void> {
  return exportRows(context, {
    what: 'orders',
    lang,
    columns: reveal === undefined ? COLUMNS : REVEALED_COLUMNS,
    batches: orderBatches(context, filter),
    filter,
    purpose: reveal,
  });
}

type Row = {
  place: string[];
  order_number: string;
  status: OrderState;
  haier_status: HaierState;
  haier_order_no: string | null;
  buyer: string;
  contact_name: string;
  phone: string;
  province: string;
  city: string;
  district: string;
  town: string | null;
  address_detail: string;
  goods: string | null;
  total_fen: string;
  payable_fen: string;
  refunded_fen: string;
  is_government_order: boolean;
  distribution_time: string | null;
  install_time: string | null;
  carrier: string | null;
  tracking_no: string | null;
  note: string | null;
  cancel_reason: string | null;
  created_at: string;
  paid_at: string | null;
  cancelled_at: string | null;
};

/** Each batch is a query of its own, so a slow reader holds no connection and no transaction. */
async function* orderBatches({ orm }: ExportContext, filter: Omit<OrderFilter, 'cursor'>): AsyncGenerator<Row[]> {
  for (let cursor: string | undefined; ;) {
    const { where, params, orderBy, place } = orderConditions({ ...filter, cursor });
    const rows = await orm.em.fork().execute<Row[]>(
      `select o.place, o.order_number, o.status, o.haier_status, o.haier_order_no, o.buyer, o.contact_name, o.phone, o.province, o.city,
              o.district, o.town, o.address_detail, o.total_fen, o.payable_fen, o.is_government_order, o.distribution_time,
              o.install_time, o.carrier, o.tracking_no, o.note, o.cancel_reason, o.created_at, o.paid_at, o.cancelled_at,
              (select string_agg(l.product_code || ' ' || l.product_name || ' × ' || l.quantity, '; ' order by l.id)
                 from order_lines l where l.order_id = o.id) as goods,
              (select coalesce(sum(r.amount_fen), 0) from refunds r where r.order_id = o.id and r.status = 'succeeded') as refunded_fen
         from (select *, ${place} from orders ${where} order by ${orderBy} limit ?) o order by ${orderBy}`,
      [...params, BATCH],
    );
    yield rows;
    if (rows.length < BATCH) return;
    cursor = cursorBehind(orderSequence(filter), rows.at(-1)!.place);
  }
}

const columnsWith = (show: {
  name: (row: Row) => string;
  phone: (row: Row) => string;
  town: (row: Row) => string | null;
  address: (row: Row) => string;
  text: (text: string | null, row: Row) => string | null;
}): Column<Row>[] => [
  { name: { zh: '订单号', en: 'Order number' }, text: (row) => row.order_number },
  { name: { zh: '订单状态', en: 'Status' }, text: (row, say) => say(ORDER_STATE_NAMES[row.status]) },
  { name: { zh: '海尔状态', en: 'Haier status' }, text: (row, say) => say(HAIER_STATE_NAMES[row.haier_status]) },
  { name: { zh: '海尔订单号', en: 'Haier order number' }, text: (row) => row.haier_order_no },
  { name: { zh: '买家', en: 'Buyer' }, text: (row) => row.buyer },
  { name: { zh: '收货人', en: 'Contact' }, text: show.name },
  { name: { zh: '电话', en: 'Phone' }, text: show.phone },
  { name: { zh: '省', en: 'Province' }, text: (row) => row.province },
  { name: { zh: '市', en: 'City' }, text: (row) => row.city },
  { name: { zh: '区县', en: 'District' }, text: (row) => row.district },
  { name: { zh: '街道', en: 'Town' }, text: show.town },
  { name: { zh: '详细地址', en: 'Address' }, text: show.address },
  { name: { zh: '商品', en: 'Goods' }, text: (row) => row.goods },
  { name: { zh: '总金额（元）', en: 'Total (yuan)' }, yuan: (row) => Number(row.total_fen) },
  { name: { zh: '应付金额（元）', en: 'Payable (yuan)' }, yuan: (row) => Number(row.payable_fen) },
  { name: { zh: '已退金额（元）', en: 'Refunded (yuan)' }, yuan: (row) => Number(row.refunded_fen) },
  {
    name: { zh: '国补订单', en: 'Government order' },
    text: (row, say) => say(row.is_government_order ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }),
  },
  { name: { zh: '配送时间（北京时间）', en: 'Delivery (Beijing time)' }, time: (row) => row.distribution_time },
  { name: { zh: '安装时间（北京时间）', en: 'Installation (Beijing time)' }, time: (row) => row.install_time },
  { name: { zh: '承运商', en: 'Carrier' }, text: (row) => row.carrier },
  { name: { zh: '运单号', en: 'Tracking number' }, text: (row) => row.tracking_no },
  { name: { zh: '备注', en: 'Note' }, text: (row) => show.text(row.note, row) },
  { name: { zh: '取消原因', en: 'Cancel reason' }, text: (row) => show.text(row.cancel_reason, row) },
  { name: { zh: '下单时间（北京时间）', en: 'Placed (Beijing time)' }, time: (row) => row.created_at },
  { name: { zh: '支付时间（北京时间）', en: 'Paid (Beijing time)' }, time: (row) => row.paid_at },
  { name: { zh: '取消时间（北京时间）', en: 'Cancelled (Beijing time)' }, time: (row) => row.cancelled_at },
];

const COLUMNS = columnsWith({
  name: (row) => maskName(row.contact_name),
  phone: (row) => maskPhone(row.phone),
  town: ({ town }) => town && MASKED_ADDRESS,
  address: () => MASKED_ADDRESS,
  text: (text, { contact_name, phone, address_detail }) =>
    text && maskText(text, { contactName: contact_name, phone, addressDetail: address_detail }),
});

const REVEALED_COLUMNS = columnsWith({
  name: (row) => row.contact_name,
  phone: (row) => row.phone,
  town: (row) => row.town,
  address: (row) => row.address_detail,
  text: (text) => text,
});
