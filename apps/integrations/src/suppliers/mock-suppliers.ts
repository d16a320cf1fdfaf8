import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { endOfDay } from '../ylh/end-of-day.ts';
import type { HaierClient, StockAnswer, SupplierAnswer, Suppliers, YlhClient } from './suppliers.ts';

/**
 * Both platforms for a machine without a network: every call of both clients is answered at once and well, always in
 * the same way (R10, R119, R158). Nothing is remembered, and no callback comes by itself.
 */
export const mockSuppliers: Suppliers = {
  haier: mockHaier(),
  ylh: mockYlh(),
  source: 'mock',
  sourceSystem: 'MOCK',
  problems: { haier: null, ylh: null },
};

const answered = <T>(value: T): SupplierAnswer<T> => ({ outcome: 'answered', value });

const PRODUCT_CODES = ['GA0SZC00U', 'BS01U000N'] as const;

/** R119. */
const STOCK: StockAnswer = {
  quantity: 100,
  warehouses: [{ code: 'WH001', grade: '0', quantity: 100, cutTime: '18:00', hours: 24 }],
};

const SUPPLY_PRICE_FEN = 200_000;
const INVOICE_PRICE_FEN = 190_000;
const MARKET_PRICE_FEN = 259_900;
const BALANCE_FEN = 10_000_000;

function mockHaier(): HaierClient {
  return {
    products: async (codes) => answered(codes.map(mockProduct)),
    allProductCodes: async function* () {
      for (const code of PRODUCT_CODES) yield answered(code);
    },
    prices: async (codes) => answered(codes.map(mockPrice)),
    stock: async () => answered(STOCK),
    balance: async () =>
      answered([
        {
          saleGroupCode: 'MOCK',
          saleGroupName: '模拟销售组',
          payerAccountCode: '8800000000',
          payerAccountName: '模拟付款方',
          balanceFen: BALANCE_FEN,
        },
      ]),
    logistics: async (orderCode) => {
      const item = mockParcel(orderCode);
      return answered({
        items: [item],
        raw: {
          getAllLogisticsInfoByOrderCode: [{ orderCode, ...item }],
          getStockDeliveryLogisticsRecord: [],
          getStockDeliveryLogisticsRecordThirdparty: [],
        },
      });
    },
    signIn: async () => answered(null),
  };
}

function mockYlh(): YlhClient {
  return {
    createOrder: async ({ orderNumber }) =>
      answered({
        retailOrderNo: `SO.${orderNumber}`,
        confirmation: { zh: '订单推送成功（模拟）', en: 'The order was pushed and confirmed (simulated)' },
      }),
    cancelOrder: async () => answered(null),
    reschedule: async ({ distributionTime, installTime }) =>
      answered({
        distributionTime: distributionTime && endOfDay(distributionTime),
        installTime: installTime && endOfDay(installTime),
      }),
    deliveryImages: async (haierOrderNo) =>
      answered([`https://mock.invalid/delivery/${encodeURIComponent(haierOrderNo)}/1.jpg`]),
    logistics: async (numbers) => answered(numbers.map((orderCode) => ({ orderCode, item: mockParcel(orderCode) }))),
    signIn: async () => answered(null),
  };
}

const mockProduct = (productCode: string): CatalogueItem => ({
  productCode,
  product: {
    model: `模拟型号 ${productCode}`,
    group: '模拟产品组',
    brand: '海尔',
    imageUrl: null,
    pageUrls: [],
    isSales: true,
    noSalesReason: null,
  },
});

const mockPrice = (productCode: string): CatalogueItem => ({
  productCode,
  price: {
    supplyPriceFen: SUPPLY_PRICE_FEN,
    invoicePriceFen: INVOICE_PRICE_FEN,
    marketPriceFen: MARKET_PRICE_FEN,
    stockRebate: '0.05',
    stockRebatePolicy: 'COM',
    rebateMoneyFen: 0,
  },
});

const mockParcel = (orderCode: string) => ({
  logisticsCompany: '模拟物流',
  logisticsNo: `MOCK-${orderCode}`,
  deliveryRecordCode: `${orderCode}.F1`,
  snCode: null,
});
