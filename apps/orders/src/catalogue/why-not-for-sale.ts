import type { Text } from '../text.ts';
import type { Product } from './product.entity.ts';

/** Why a product cannot be ordered now (R116); null when it can. The list of products and placing an order both ask here. */
export function whyNotForSale({
  productCode,
  priceFen,
  isActive,
  isSales,
  noSalesReason,
}: Pick<Product, 'productCode' | 'priceFen' | 'isActive' | 'isSales' | 'noSalesReason'>): Text | null {
  if (!isActive && priceFen === 0)
    return {
      zh: `商品 ${productCode} 尚未定价：请同步价格或设置售价`,
      en: `Product ${productCode} has no price yet: sync its prices, or set one`,
    };
  if (!isActive) return notOnSale(productCode);
  if (!isSales)
    return {
      zh: `商品 ${productCode} 暂不可采：${noSalesReason ?? '平台未说明原因'}`,
      en: `Product ${productCode} cannot be ordered at Haier now: ${noSalesReason ?? 'the platform gives no reason'}`,
    };
  return null;
}

/** Said of what is unknown as well, so that nobody learns which codes exist. */
export const notOnSale = (productCode: string): Text => ({
  zh: `商品 ${productCode} 不存在或已下架`,
  en: `Product ${productCode} does not exist or is not on sale`,
});
