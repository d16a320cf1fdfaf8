import { readText, readWhole } from '../http/read-fields.ts';
import { asObject, elementsOf, type JsonObject } from '../http/read-json.ts';
import type { StockAnswer } from '../suppliers/suppliers.ts';

/**
 * Stock of all warehouses together, the one with most of it first (domain.md §1.5, R113). A warehouse whose stock is no
 * number makes the whole answer unreadable: taking it for nothing once blocked every order for months.
 */
export function readStock(body: unknown): StockAnswer | undefined {
  const warehouses = elementsOf(body)?.map(readWarehouse);
  if (!warehouses?.every((warehouse) => warehouse !== undefined)) return undefined;
  const quantity = warehouses.reduce((sum, warehouse) => sum + warehouse.quantity, 0);
  return {
    quantity: Math.max(quantity, 0),
    warehouses: warehouses.toSorted((one, other) => other.quantity - one.quantity),
  };
}

function readWarehouse(element: JsonObject): StockAnswer['warehouses'][number] | undefined {
  const quantity = readWhole(element['stock']);
  if (quantity === undefined) return undefined;
  const timeliness = asObject(element['timelinessData']);
  const hours = Number(readText(timeliness?.['hour']) ?? Number.NaN);
  return {
    code: readText(element['secCode']),
    grade: readText(element['warehouseGrade']),
    quantity,
    cutTime: readText(timeliness?.['cutTime']),
    hours: Number.isFinite(hours) ? hours : null,
  };
}
