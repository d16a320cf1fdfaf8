import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { readText } from './read-fields.ts';
import { asObject, type JsonObject } from './read-json.ts';

/**
 * Parcels of one element of a logistics answer in both known shapes (domain.md §1.14): flat, or with a `logisticsList`
 * whose members say what differs. What names no carrier, number or serial number is no parcel.
 */
export function readParcels(element: JsonObject): LogisticsItem[] {
  const list = element['logisticsList'];
  const parts = Array.isArray(list) ? list.map(asObject).filter((part) => part !== undefined) : [element];
  return parts.flatMap((part) => {
    const item = {
      logisticsCompany: readText(part['logisticsCompany'] ?? element['logisticsCompany']),
      logisticsNo: readText(part['logisticsNo'] ?? element['logisticsNo']),
      deliveryRecordCode: readText(part['deliveryRecordCode'] ?? element['deliveryRecordCode']),
      snCode: readText(part['snCode'] ?? element['snCode']),
    };
    return (item.logisticsCompany ?? item.logisticsNo ?? item.snCode) ? [item] : [];
  });
}
