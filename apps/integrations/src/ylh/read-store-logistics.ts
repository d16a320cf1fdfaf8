import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { readText } from '../http/read-fields.ts';
import { elementsOf } from '../http/read-json.ts';
import { readParcels } from '../http/read-parcels.ts';

/**
 * Parcels by the number they were asked for with (domain.md §1.14, R133). An element that does not name its order is of
 * the only one that was asked for, and belongs to nobody where there were several.
 */
export function readStoreLogistics(
  body: unknown,
  numbers: readonly string[],
): { orderCode: string; item: LogisticsItem }[] | undefined {
  const only = numbers.length === 1 ? numbers[0]! : null;
  return elementsOf(body)?.flatMap((element) => {
    const orderCode = readText(element['orderCode']) ?? only;
    return orderCode === null ? [] : readParcels(element).map((item) => ({ orderCode, item }));
  });
}
