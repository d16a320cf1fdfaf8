import { z } from 'zod';
import { Fen, Instant, line, OrderNumber, page, searched, sortedPaging, TIME_SORTS } from './primitives.ts';

export const ProductView = z.object({
  productCode: z.string(),
  name: z.string(),
  source: z.enum(['haier', 'local']),
  /** What it is sold for; a sync sets it once and never again (R112). */
  priceFen: Fen,
  /** `sync`, or `staff:<username>`; null where neither is on record. */
  priceSetBy: z.string().nullable(),
  /** Local stock, or what Haier said last of its own, which is not held for anybody (R78). */
  stock: z.number().int(),
  /** Local stock that unpaid and unfinished orders hold. */
  heldQty: z.number().int(),
  /** At this many or fewer a local product counts as low. */
  lowStockAt: z.number().int(),
  isLow: z.boolean(),
  salesCount: z.number().int(),
  isSales: z.boolean(),
  noSalesReason: z.string().nullable(),
  isActive: z.boolean(),
  /** Why it cannot be ordered now; null when it can. `notForSaleEn` says the same in English. */
  notForSale: z.string().nullable(),
  notForSaleEn: z.string().nullable(),
  /** What Haier says of its goods (domain.md §3.7); null or empty for local ones and until the first sync. */
  model: z.string().nullable(),
  group: z.string().nullable(),
  brand: z.string().nullable(),
  imageUrl: z.string().nullable(),
  pageUrls: z.array(z.string()),
  supplyPriceFen: Fen.nullable(),
  invoicePriceFen: Fen.nullable(),
  marketPriceFen: Fen.nullable(),
  /** Direct discount as the platform writes it, kind of rebate, and the rebate per piece. */
  stockRebate: z.string().nullable(),
  stockRebatePolicy: z.string().nullable(),
  rebateMoneyFen: Fen.nullable(),
  warehouseCode: z.string().nullable(),
  /** `0` the warehouse of the county's own level, `1` the one above. */
  warehouseGrade: z.string().nullable(),
  /** The county that Haier's stock was asked for. */
  stockCountyCode: z.string().nullable(),
  lastSyncAt: Instant.nullable(),
});
export type ProductView = z.infer<typeof ProductView>;

export const productApi = {
  /** By product code, those that run low the emptiest first, unless `sort` says otherwise. `q` finds code by prefix or a part of the name. */
  list: {
    input: z
      .strictObject({
        q: searched(100).optional(),
        source: z.enum(['haier', 'local']).optional(),
        /** Only local products at or below their limit. */
        lowStock: z.boolean().optional(),
        ...sortedPaging(['code', 'codeDown', 'lowestPrice', 'highestPrice', 'lowestStock', 'highestStock']),
      })
      .prefault({}),
    output: page(ProductView),
  },
  get: { input: z.strictObject({ productCode: line(50) }), output: ProductView },
  /** What it is sold for from now on; orders that were placed keep their price. */
  setPrice: {
    input: z.strictObject({ productCode: line(50), priceFen: Fen.min(1), reason: line(200) }),
    output: ProductView,
  },
  /** Only a product that no order names; others are switched off (R161). */
  remove: { input: z.strictObject({ productCode: line(50) }), output: z.object({ removed: z.boolean() }) },
} as const;

export const InventoryEntry = z.object({
  id: z.string(),
  productCode: z.string(),
  productName: z.string(),
  orderNumber: OrderNumber.nullable(),
  changeType: z.enum(['lock', 'release', 'adjust']),
  /** Negative for a lock. */
  quantity: z.number().int(),
  /** `order_created`, `order_cancelled`, `order_refunded` or `manual_adjust`. */
  reason: z.string(),
  /** What the person who changed it wrote. */
  note: z.string().nullable(),
  by: z.string(),
  at: Instant,
});
export type InventoryEntry = z.infer<typeof InventoryEntry>;

export const inventoryApi = {
  /** Every change of local stock, newest first unless `sort` says otherwise. */
  log: {
    input: z
      .strictObject({
        productCode: searched(50).optional(),
        orderNumber: searched(100).optional(),
        changeType: z.enum(['lock', 'release', 'adjust']).optional(),
        ...sortedPaging(TIME_SORTS),
      })
      .prefault({}),
    output: page(InventoryEntry),
  },
  /** Adds to (or takes from) the local stock by hand; never below zero. Haier goods are refused (R78). */
  adjust: {
    input: z.strictObject({
      productCode: line(50),
      quantity: z
        .number()
        .int()
        .min(-1_000_000)
        .max(1_000_000)
        .refine((quantity) => quantity !== 0, 'is 0'),
      reason: line(200),
    }),
    output: ProductView,
  },
} as const;
