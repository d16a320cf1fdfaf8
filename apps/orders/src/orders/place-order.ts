import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { OrderView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import { lockStock } from '../catalogue/lock-stock.ts';
import { Product } from '../catalogue/product.entity.ts';
import { notOnSale, whyNotForSale } from '../catalogue/why-not-for-sale.ts';
import { Refused } from '../errors.ts';
import { recordEvent, transact, type Tx } from '../transaction.ts';
import { checkHaierStock, type StockCheckContext } from './check-haier-stock.ts';
import { placedLines } from './note-lines.ts';
import { newOrderNumber } from './order-number.ts';
import { orderView } from './order-view.ts';
import { Order, OrderLine } from './order.entity.ts';

export type PlaceOrderContext = StockCheckContext & {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  readonly now: () => Date;
  readonly paymentTimeoutMs: number;
  /** Who places it: `staff:<username>` or `storefront`. */
  readonly by: string;
  readonly permissions: readonly Permission[];
  readonly newOrderNumber?: (now: Date) => string;
};

const NUMBER_ATTEMPTS = 10;

/**
 * Places an order: prices from the catalogue in fen, local stock locked, Haier goods not (R78) but asked for at Haier,
 * number unique (R162).
 * @throws Refused with INSUFFICIENT_STOCK, PRODUCT_NOT_FOR_SALE, BAD_INPUT or SUPPLIER_…; then nothing has changed
 */
export async function placeOrder(context: PlaceOrderContext, input: PlaceOrder): Promise<OrderView> {
  await checkHaierStock(context, input);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(context, (tx) => placeOnce(tx, context, input));
    } catch (error) {
      const collided = error instanceof UniqueConstraintViolationException && error.message.includes('order_number');
      if (!collided || attempt >= NUMBER_ATTEMPTS) throw error;
    }
  }
}

async function placeOnce(
  tx: Tx,
  { now, paymentTimeoutMs, by, permissions, newOrderNumber: makeNumber = newOrderNumber }: PlaceOrderContext,
  input: PlaceOrder,
): Promise<OrderView> {
  const at = now();
  const products = await findProducts(tx, input);
  const lines = input.lines.map(({ productCode, quantity }) => ({ product: products.get(productCode)!, quantity }));
  const totalFen = lines.reduce((sum, { product, quantity }) => sum + product.priceFen * quantity, 0);
  if (!Number.isSafeInteger(totalFen)) throw new Refused('BAD_INPUT', '订单金额过大', 'The order sum is too large');

  const { address } = input;
  const order = tx.em.create(Order, {
    orderNumber: makeNumber(at),
    buyer: input.buyer,
    status: 'pending',
    haierStatus: 'none',
    haierRound: 0,
    haierLineCount: lines.filter(({ product }) => product.source === 'haier').length,
    localLineCount: lines.filter(({ product }) => product.source === 'local').length,
    totalFen,
    payableFen: totalFen,
    note: input.note ? placedLines(input.note) : null,
    isGovernmentOrder: input.isGovernmentOrder ?? false,
    distributionTime: input.distributionTime ? new Date(input.distributionTime) : null,
    installTime: input.installTime ? new Date(input.installTime) : null,
    contactName: address.contactName,
    phone: address.phone,
    phoneTail: address.phone.replaceAll(/\D/g, '').slice(-4),
    province: address.province,
    city: address.city,
    district: address.district,
    town: address.town ?? null,
    addressDetail: address.detail,
    countyCode: address.countyCode ?? null,
    parcels: [],
    deliveryImages: [],
    createdAt: at,
    expiresAt: new Date(at.getTime() + paymentTimeoutMs),
  });
  await tx.em.flush();

  for (const { product, quantity } of lines) {
    tx.em.create(OrderLine, {
      orderId: order.id,
      productId: product.id,
      productCode: product.productCode,
      productName: product.name,
      source: product.source,
      quantity,
      unitPriceFen: product.priceFen,
      totalFen: product.priceFen * quantity,
      heldQty: product.source === 'local' ? quantity : 0,
      receivedQty: 0,
      returnedQty: 0,
      rejectedQty: 0,
    });
  }
  await lockStock(tx, order, lines, { by, at });
  await tx.em.flush();

  tx.audit.push({
    at,
    actor: by,
    action: 'order_created',
    resource_type: 'order',
    resource_id: order.orderNumber,
    detail: { payableFen: totalFen, lines: input.lines },
  });
  recordEvent(tx, at, 'order.placed', order.orderNumber, {
    status: 'pending',
    payableFen: totalFen,
    hasHaierLines: order.haierLineCount > 0,
  });
  return orderView(tx.em, order, { now: at, by, permissions });
}

async function findProducts(tx: Tx, { lines }: PlaceOrder): Promise<Map<string, Product>> {
  const codes = lines.map((line) => line.productCode);
  const products = new Map(
    (await tx.em.find(Product, { productCode: { $in: codes } })).map((product) => [product.productCode, product]),
  );
  for (const code of codes) {
    const product = products.get(code);
    const why = product ? whyNotForSale(product) : notOnSale(code);
    if (why) throw new Refused('PRODUCT_NOT_FOR_SALE', why.zh, why.en);
  }
  return products;
}
