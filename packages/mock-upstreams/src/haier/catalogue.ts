import { formatYuan, readYuan } from '@orderbridge/contracts/payment-callback';
import { z } from 'zod';

/** One product as Haier has it. Money in fen, discounts in basis points. */
export type PlayedProduct = {
  readonly productCode: string;
  readonly model: string;
  readonly group: string;
  readonly brand: string;
  readonly isSales: boolean;
  readonly noSalesReason: string | null;
  readonly supplyFen: number;
  readonly marketFen: number;
  readonly discountBasisPoints: number;
  readonly rebateFen: number;
  /** `COM` and the like; null where the platform sends only the number under the same name (domain.md §1.4). */
  readonly rebatePolicy: string | null;
  /** `价格未生效` or `商品暂不可采`; the price then counts for nothing. */
  readonly priceReason: string | null;
  /** Pieces in all warehouses together. */
  readonly stock: number;
};

/** The Haier products that orders' demo catalogue sells, at the same prices. */
const DEMO_PRODUCTS: readonly PlayedProduct[] = [
  {
    productCode: 'GA0SZC00U',
    model: 'BCD-500WLHTD',
    group: '冰箱',
    brand: '海尔',
    isSales: true,
    noSalesReason: null,
    supplyFen: 259_900,
    marketFen: 299_900,
    discountBasisPoints: 500,
    rebateFen: 3_000,
    rebatePolicy: 'COM',
    priceReason: null,
    stock: 100,
  },
  {
    productCode: 'BS01U000N',
    model: 'EG100MATE',
    group: '洗衣机',
    brand: '海尔',
    isSales: true,
    noSalesReason: null,
    supplyFen: 109_999,
    marketFen: 129_999,
    discountBasisPoints: 0,
    rebateFen: 0,
    rebatePolicy: null,
    priceReason: null,
    stock: 100,
  },
];

const PRODUCTS_MAX = 1_000_000;

const yuan = z.string().transform((text, context) => {
  const fen = readYuan(text);
  if (fen !== undefined) return fen;
  context.addIssue({ code: 'custom', message: 'is no amount in yuan, such as 2999.00' });
  return z.NEVER;
});

/** What `POST /_control/catalogue` takes; what is left out falls back to its default. */
export const CatalogueOrder = z.strictObject({
  /** How many products there are, those of the demo first. */
  products: z.number().int().min(0).max(PRODUCTS_MAX).default(DEMO_PRODUCTS.length),
  /** Another number gives a tenth of the products another price and another stock. */
  revision: z.number().int().min(0).max(1_000_000).default(0),
  /** Products that are to be different from what they would be. */
  changes: z
    .array(
      z.strictObject({
        productCode: z.string().min(1).max(50),
        isSales: z.boolean().optional(),
        noSalesReason: z.string().max(200).nullable().optional(),
        supplyPrice: yuan.optional(),
        marketPrice: yuan.optional(),
        priceReason: z.string().max(200).nullable().optional(),
        stock: z.number().int().min(0).max(1_000_000).optional(),
      }),
    )
    .max(1_000)
    .default([]),
});
export type CatalogueOrder = z.input<typeof CatalogueOrder>;

/**
 * Any number of products that take no memory: each one follows from its place in the list, always the same.
 */
export function createCatalogue() {
  let order = CatalogueOrder.parse({});
  const changed = (product: PlayedProduct): PlayedProduct => {
    const change = order.changes.find(({ productCode }) => productCode === product.productCode);
    if (!change) return product;
    return {
      ...product,
      isSales: change.isSales ?? product.isSales,
      noSalesReason: change.noSalesReason === undefined ? product.noSalesReason : change.noSalesReason,
      supplyFen: change.supplyPrice ?? product.supplyFen,
      marketFen: change.marketPrice ?? product.marketFen,
      priceReason: change.priceReason === undefined ? product.priceReason : change.priceReason,
      stock: change.stock ?? product.stock,
    };
  };
  const at = (index: number) => changed(DEMO_PRODUCTS[index] ?? madeProduct(index, order.revision));

  return {
    set(next: z.output<typeof CatalogueOrder>): void {
      order = next;
    },

    size: (): number => order.products,

    find(productCode: string): PlayedProduct | undefined {
      const demo = DEMO_PRODUCTS.findIndex((product) => product.productCode === productCode);
      const index = demo >= 0 ? demo : indexOfMade(productCode);
      return index !== undefined && index < order.products ? at(index) : undefined;
    },

    *all(): Generator<PlayedProduct> {
      for (let index = 0; index < order.products; index += 1) yield at(index);
    },

    forget(): void {
      order = CatalogueOrder.parse({});
    },
  };
}
export type Catalogue = ReturnType<typeof createCatalogue>;

const GROUPS = ['冰箱', '洗衣机', '空调', '热水器', '冷柜', '油烟机'] as const;
const BRANDS = ['海尔', '卡萨帝', '统帅'] as const;
const POLICIES = ['COM', 'FHQ', 'BF', 'DTDBF'] as const;

/** Every so many products: not for sale, without a valid price, of a changed revision. */
const NOT_FOR_SALE_EVERY = 50;
const PRICELESS_EVERY = 40;
const REVISED_EVERY = 10;

function madeProduct(index: number, revision: number): PlayedProduct {
  const isRevised = index % REVISED_EVERY === 0;
  const shift = isRevised ? revision : 0;
  const supplyFen = 50_000 + ((index * 7_919) % 9_000) * 100 + shift * 100;
  const isSales = index % NOT_FOR_SALE_EVERY !== NOT_FOR_SALE_EVERY - 1;
  const isPriceless = index % PRICELESS_EVERY === PRICELESS_EVERY - 1;
  return {
    productCode: codeOfMade(index),
    model: `HR-${index}`,
    group: GROUPS[index % GROUPS.length]!,
    brand: BRANDS[index % BRANDS.length]!,
    isSales,
    noSalesReason: isSales ? null : '商品已停产',
    supplyFen,
    marketFen: supplyFen + Math.floor(supplyFen / 5_000) * 1_000,
    discountBasisPoints: (index % 4) * 250,
    rebateFen: (index % 3) * 1_500,
    rebatePolicy: index % 3 === 1 ? POLICIES[index % POLICIES.length]! : null,
    priceReason: isSales ? (isPriceless ? '价格未生效' : null) : '商品暂不可采',
    stock: (index * 31 + shift) % 120,
  };
}

const codeOfMade = (index: number) => `HR${String(index).padStart(7, '0')}`;

function indexOfMade(productCode: string): number | undefined {
  const digits = /^HR(\d{7})$/.exec(productCode)?.[1];
  const index = Number(digits);
  return digits === undefined || index < DEMO_PRODUCTS.length ? undefined : index;
}

/** One element of the answer of domain.md §1.3. */
export const productElement = (product: PlayedProduct): string =>
  JSON.stringify({
    productCode: product.productCode,
    productModel: product.model,
    productGroupNamd: product.group,
    productBrandName: product.brand,
    productImageUrl: `https://img.example.com/${product.productCode}.jpg`,
    productLageUrls: [1, 2].map((page) => `https://img.example.com/${product.productCode}-${page}.jpg`),
    isSales: product.isSales ? '1' : '0',
    noSalesReason: product.noSalesReason,
  });

/**
 * One element of the answer of domain.md §1.4, as the platform writes it: `stockRebatePolicy` stands there twice where
 * there is a kind of rebate, amounts are numbers or texts, and a price that does not count says so in the amount.
 */
export function priceElement(product: PlayedProduct): string {
  const { supplyFen, discountBasisPoints, rebateFen, rebatePolicy, priceReason } = product;
  const invoiceFen = supplyFen - Math.round((supplyFen * discountBasisPoints) / 10_000) - rebateFen;
  const isText = supplyFen % 200 !== 0;
  const amount = (fen: number) => (isText ? `"${formatYuan(fen)}"` : formatYuan(fen));
  const noPrice = priceReason === '价格未生效' ? JSON.stringify(priceReason) : undefined;
  const members = [
    ['productCode', JSON.stringify(product.productCode)],
    ['supplyPrice', noPrice ?? amount(supplyFen)],
    ['invoicePrice', noPrice ?? amount(Math.max(invoiceFen, 0))],
    ['stockRebatePolicy', String(discountBasisPoints / 10_000)],
    ['rebateMoney', amount(rebateFen)],
    ...(rebatePolicy === null ? [] : [['stockRebatePolicy', JSON.stringify(rebatePolicy)]]),
    ['marketPrice', noPrice ?? amount(product.marketFen)],
    ...(priceReason === null ? [] : [['reason', JSON.stringify(priceReason)]]),
    ['isSales', product.isSales ? '"1"' : '"0"'],
  ];
  return `{${members.map(([name, text]) => `"${name}":${text}`).join(',')}}`;
}
