import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { inPieces } from '../http/in-pieces.ts';
import { type SupplierRequest, supplierCall } from '../http/supplier-call.ts';
import type { Tokens } from '../http/token-cache.ts';
import type { Upstream } from '../http/upstream.ts';
import type { CallOptions, HaierClient } from '../suppliers/suppliers.ts';
import type { HaierSettings } from './haier-settings.ts';
import { readBalances } from './read-balances.ts';
import { readLogistics } from './read-logistics.ts';
import { readPrices } from './read-prices.ts';
import { readProducts } from './read-products.ts';
import { readStock } from './read-stock.ts';
import { streamProductCodes } from './stream-product-codes.ts';

/** Haier's open platform, request for request as domain.md §1.3-§1.7 has them. */
export function createHaierClient(upstream: Upstream, tokens: Tokens, settings: HaierSettings): HaierClient {
  const ask = <T>(
    operation: string,
    path: string,
    body: object,
    read: SupplierRequest<T>['read'],
    options: CallOptions,
  ) => supplierCall(upstream, tokens, { ...wire(operation, path, body), effect: 'read', read }, options);

  const wire = (operation: string, path: string, body: object) => ({
    operation,
    url: `${settings.baseUrl}${path}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  /** Leaving the codes out asks for everything that can be bought. */
  const procurable = (productCodes?: readonly string[]) => ({
    customerCode: settings.customerCode,
    sendToCode: settings.sendToCode,
    productCodes,
    supplierCode: settings.supplierCode,
    searchType: 'PTJSH',
    passWord: settings.password,
  });

  return {
    products: (codes, options) =>
      inPieces<string, CatalogueItem>(codes, CODES_MAX, (piece) =>
        ask('products', PATHS.products, procurable(piece), readProducts, options),
      ),

    allProductCodes: (options) =>
      streamProductCodes(upstream, tokens, wire('all_products', PATHS.products, procurable()), options),

    prices: (codes, options) =>
      inPieces<string, CatalogueItem>(codes, CODES_MAX, (piece) =>
        ask(
          'prices',
          PATHS.prices,
          {
            customerCode: settings.customerCode,
            sendToCode: settings.sendToCode,
            productCodes: piece,
            priceType: 'PT',
            passWord: settings.password,
          },
          readPrices,
          options,
        ),
      ),

    stock: (productCode, countyCode, options) =>
      ask(
        'stock',
        PATHS.stock,
        {
          salesCode: settings.customerCode,
          senderCode: settings.sendToCode,
          productCode,
          countyCode,
          source: 'JSH-B',
          sellerPassword: settings.sellerPassword,
        },
        readStock,
        options,
      ),

    logistics: (orderCode, options) =>
      ask(
        'logistics',
        PATHS.logistics,
        { orderCode, sellerCode: settings.customerCode, sellerPassword: settings.sellerPassword },
        readLogistics,
        options,
      ),

    balance: (options) =>
      ask(
        'balance',
        PATHS.balance,
        { customerCode: settings.customerCode, customerPassword: settings.customerPassword },
        readBalances,
        options,
      ),

    signIn: tokens.signIn,
  };
}

/** Product codes in one call (domain.md §1.3, §1.4). */
const CODES_MAX = 20;

const PATHS = {
  products: '/yilihuo/jsh-service-goods-mall-search/api/product-info/procurable-products-out/check-procurable-products',
  prices: '/yilihuo/jsh-service-goods-price/api/goods-price/price-daily-sales/price-query/pt-out-list-price',
  stock: '/yilihuo/jsh-service-stock-mall/api/page/stock/get-available-stock-open',
  logistics:
    '/yilihuo/ylh-cloud-service-stock/api/page/stock/logistics/sass/get-thirdparty-logistics-info-by-order-code-auth',
  balance:
    '/yilihuo/jsh-service-finance-mall/api/page/account/account-balance-manager/get-payer-account-balance-by-customer-code',
} as const;
