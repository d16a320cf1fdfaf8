import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { wireYuan } from '../http/wire-yuan.ts';
import { shareDiscount } from './share-discount.ts';
import type { YlhSettings } from './ylh-settings.ts';

/**
 * An order as YLH takes it (domain.md §1.10, R17), ready for `JSON.stringify`. Our number is `onlineNo` and `soId` both
 * (T18). `deliveryInstall` is a text, `"true"` only when both times are given and the same (T15); times that are not
 * given are left out, and so are an empty town and an empty remark. `totalAmt` is what the goods cost, before a change
 * of price; what each of them was sold for stands in its item.
 */
export function orderRequest(order: PushOrder, { sourceSystem, shopName, sellerCode }: YlhSettings): object {
  const { distributionTime, installTime, lines } = order;
  const actualFen = shareDiscount(order);
  const isBothAtOnce =
    distributionTime !== null && installTime !== null && wireMs(distributionTime) === wireMs(installTime);
  return {
    sourceSystem,
    shopName,
    sellerCode,
    consigneeName: order.contactName,
    consigneeMobile: order.phone,
    onlineNo: order.orderNumber,
    soId: order.orderNumber,
    remark: order.note || undefined,
    totalQty: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    totalAmt: wireYuan(order.totalFen),
    createTime: wireMs(order.createdAt),
    province: order.province,
    city: order.city,
    area: order.district,
    town: order.town || undefined,
    detailAddress: order.addressDetail,
    distributionTime: distributionTime === null ? undefined : wireMs(distributionTime),
    installTime: installTime === null ? undefined : wireMs(installTime),
    governmentOrder: order.isGovernmentOrder,
    deliveryInstall: isBothAtOnce ? 'true' : 'false',
    itemList: lines.map(({ productCode, quantity, unitPriceFen }, index) => ({
      productCode,
      itemQty: quantity,
      retailPrice: wireYuan(unitPriceFen),
      discountAmount: wireYuan(Math.max(unitPriceFen - actualFen[index]!, 0)),
      actualPrice: wireYuan(actualFen[index]!),
      isGift: false,
    })),
  };
}

/** Milliseconds, 13 digits from 2001 to 2286 (T16). */
const wireMs = (instant: string): number => Date.parse(instant);
