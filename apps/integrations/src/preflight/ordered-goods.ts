import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { shareDiscount } from '../ylh/share-discount.ts';

/** One product of an order, all of its lines together. */
export type OrderedGoods = {
  readonly productCode: string;
  readonly quantity: number;
  /** The least that a piece of it is sold for, after a change of price; undefined where the sums make no sense. */
  readonly soldAtFen: number | undefined;
};

/** What an order wants of Haier, product by product. */
export function orderedGoods(order: PushOrder): OrderedGoods[] {
  const soldAt = soldAtFen(order);
  const lines = order.lines
    .map((line, index) => ({ ...line, soldAtFen: soldAt?.[index] }))
    .filter(({ source, productCode }) => source === 'haier' && productCode.trim() !== '');
  return [...Map.groupBy(lines, ({ productCode }) => productCode)].map(([productCode, same]) => ({
    productCode,
    quantity: same.reduce((sum, { quantity }) => sum + quantity, 0),
    soldAtFen: soldAt && Math.min(...same.map((line) => line.soldAtFen!)),
  }));
}

/** What a piece of each line is sold for; undefined when a line has no pieces, of which no price can be told. */
export const soldAtFen = (order: PushOrder): number[] | undefined =>
  order.lines.length > 0 && order.lines.every(({ quantity }) => quantity > 0) ? shareDiscount(order) : undefined;
