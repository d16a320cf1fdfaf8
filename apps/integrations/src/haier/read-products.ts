import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { readFlag, readText } from '../http/read-fields.ts';
import { elementsOf, type JsonObject, readElements } from '../http/read-json.ts';

/** Procurable products, in the platform's own spellings and the ones they are meant to be (domain.md §1.3). */
export const readProducts = (body: unknown): CatalogueItem[] | undefined => readElements(elementsOf(body), readProduct);

function readProduct(element: JsonObject): CatalogueItem | undefined {
  const productCode = readText(element['productCode']);
  if (productCode === null) return undefined;
  const noSalesReason = readText(element['noSalesReason']);
  return {
    productCode,
    product: {
      model: readText(element['productModel']),
      group: readText(element['productGroupNamd'] ?? element['productGroupName']),
      brand: readText(element['productBrandName']),
      imageUrl: readText(element['productImageUrl']),
      pageUrls: readUrls(element['productLageUrls'] ?? element['productLargeUrls'] ?? element['productPageUrls']),
      // Everything in this list can be bought unless it says otherwise (R116).
      isSales: readFlag(element['isSales']) ?? noSalesReason === null,
      noSalesReason,
    },
  };
}

const readUrls = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).map(readText).filter((url) => url !== null);
