import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { asObject, elementsOf } from '../http/read-json.ts';
import { readParcels } from '../http/read-parcels.ts';

/** Parcels as far as their shape is known, and the answer as it came (domain.md §1.6). */
export function readLogistics(body: unknown): { items: LogisticsItem[]; raw: unknown } | undefined {
  const records = elementsOf(body);
  const lists = records?.flatMap((record) => LISTS.map((name) => record[name] ?? []));
  if (!lists?.every((list) => Array.isArray(list))) return undefined;
  const envelope = asObject(body);
  return { items: lists.flatMap(readList), raw: envelope && 'data' in envelope ? envelope['data'] : body };
}

/** 统仓云仓, 智汇宝 and 智汇宝第三方快递. */
const LISTS = [
  'getAllLogisticsInfoByOrderCode',
  'getStockDeliveryLogisticsRecord',
  'getStockDeliveryLogisticsRecordThirdparty',
] as const;

const readList = (list: readonly unknown[]): LogisticsItem[] =>
  list.flatMap((element) => {
    const record = asObject(element);
    return record ? readParcels(record) : [];
  });
