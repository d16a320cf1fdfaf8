import { formatFen } from '@orderbridge/contracts/money';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { Finding } from './finding.ts';
import type { OrderedGoods } from './ordered-goods.ts';

/** Whether Haier sells a product to us now; what it does not list it does not sell (R116). */
export function judgeProduct({ productCode }: OrderedGoods, found: readonly CatalogueItem[]): Finding[] {
  const product = found.find((item) => item.productCode === productCode)?.product;
  if (product?.isSales) return [];
  const reason = product?.noSalesReason;
  if (product)
    return [
      {
        result: 'failed',
        zh: `${productCode} 不可采购：${reason ?? '平台未说明原因'}`,
        en: `${productCode} cannot be bought: ${reason ?? 'the platform gives no reason'}`,
      },
    ];
  return [
    {
      result: 'failed',
      zh: `${productCode} 不在海尔可采购商品之列`,
      en: `${productCode} is not among the products that Haier sells`,
    },
  ];
}

/** Whether Haier has a price for a product (R117) and we do not sell below it. */
export function judgePrice({ productCode, soldAtFen }: OrderedGoods, found: readonly CatalogueItem[]): Finding[] {
  const item = found.find((one) => one.productCode === productCode);
  if (!item?.price)
    return [
      {
        result: 'failed',
        zh: `${productCode} 没有有效价格：${item?.priceReason ?? '平台未给出价格'}`,
        en: `${productCode} has no valid price: ${item?.priceReason ?? 'the platform gives none'}`,
      },
    ];
  const { supplyPriceFen } = item.price;
  if (supplyPriceFen === null || soldAtFen === undefined || soldAtFen >= supplyPriceFen) return [];
  const [sold, supply] = [soldAtFen, supplyPriceFen].map(formatFen);
  return [
    {
      result: 'warning',
      zh: `${productCode} 售价 ${sold} 低于供货价 ${supply}`,
      en: `${productCode} is sold at ${sold}, below the supply price of ${supply}`,
    },
  ];
}

/** Whether all warehouses together have enough of a product where the buyer lives. */
export function judgeStock({ productCode, quantity }: OrderedGoods, there: number): Finding[] {
  if (there >= quantity) return [];
  return [
    {
      result: 'failed',
      zh: `${productCode} 海尔产品库存不足，当前库存: ${there}，需要: ${quantity}`,
      en: `Not enough stock of ${productCode} at Haier: ${there} there, ${quantity} wanted`,
    },
  ];
}
