import type { OrderPreflight } from '@orderbridge/contracts/orders-api';
import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { Refused } from '../errors.ts';

type Missing = OrderPreflight['missing'][number];

/** Everything that a push needs and the order lacks, all of it at once (R159). */
export function missingFields(order: PushOrder): Missing[] {
  const missing: Missing[] = [];
  const need = (present: boolean, field: string, name: string, nameEn: string) => {
    if (!present) missing.push({ field, name, nameEn });
  };
  for (const [field, name, nameEn] of TEXTS) need(order[field].trim() !== '', field, name, nameEn);
  need(order.lines.length > 0, 'lines', '商品', 'goods');
  for (const [index, { productCode, quantity, unitPriceFen }] of order.lines.entries()) {
    const of = productCode.trim() || `第 ${index + 1} 行`;
    const ofEn = productCode.trim() || `line ${index + 1}`;
    const path = `lines.${productCode.trim() || index}`;
    need(productCode.trim() !== '', `${path}.productCode`, `${of} 的商品编码`, `product code of ${ofEn}`);
    need(quantity > 0, `${path}.quantity`, `${of} 的数量`, `quantity of ${ofEn}`);
    need(unitPriceFen > 0, `${path}.unitPriceFen`, `${of} 的单价`, `price of ${ofEn}`);
  }
  need(order.totalFen > 0 && order.payableFen > 0, 'payableFen', '订单金额', 'order sum');
  return missing;
}

const TEXTS = [
  ['contactName', '收货人姓名', 'name'],
  ['phone', '手机号', 'phone'],
  ['province', '省', 'province'],
  ['city', '市', 'city'],
  ['district', '区县', 'district'],
  ['addressDetail', '详细地址', 'address'],
] as const;

/** @throws Refused BAD_INPUT that lists all of it (R155) */
export function refuseIncomplete(order: PushOrder): void {
  const missing = missingFields(order);
  if (missing.length === 0) return;
  throw new Refused(
    'BAD_INPUT',
    `订单数据验证失败：缺少${missing.map(({ name }) => name).join('、')}`,
    `The order's data is not complete. Missing: ${missing.map(({ nameEn }) => nameEn).join(', ')}`,
  );
}
