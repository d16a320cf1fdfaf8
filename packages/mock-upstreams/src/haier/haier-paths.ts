/** Where Haier's open platform is played (domain.md §1.2-§1.7), below the address of mock-upstreams. */
export const HAIER_PATHS = {
  token: '/oauth2/auth',
  /** Later code of the original asks here when the other one is not there. */
  otherToken: '/oauth2/token',
  products: '/yilihuo/jsh-service-goods-mall-search/api/product-info/procurable-products-out/check-procurable-products',
  prices: '/yilihuo/jsh-service-goods-price/api/goods-price/price-daily-sales/price-query/pt-out-list-price',
  stock: '/yilihuo/jsh-service-stock-mall/api/page/stock/get-available-stock-open',
  logistics:
    '/yilihuo/ylh-cloud-service-stock/api/page/stock/logistics/sass/get-thirdparty-logistics-info-by-order-code-auth',
  balance:
    '/yilihuo/jsh-service-finance-mall/api/page/account/account-balance-manager/get-payer-account-balance-by-customer-code',
} as const;
