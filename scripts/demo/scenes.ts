import type { OrderView, PaymentView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import { formatHaierTime } from '@orderbridge/contracts/haier-callback';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { HaierCallbackOrder, SendReport } from '@orderbridge/mock-upstreams/app';
import type { Stack } from './connect.ts';

/** One thing that is sent, what must be answered and what its order must then be. */
export type Scene = {
  readonly order: OrderName | undefined;
  readonly what: Text;
  readonly copies: number;
  readonly send: (cast: Cast, stack: Stack) => Promise<SendReport>;
  readonly answer: { readonly status: number; readonly text: string };
  readonly becomes?: Expected;
};

export type Text = { readonly en: string; readonly 'zh-CN': string };

export type Expected = {
  readonly status: OrderView['status'];
  readonly haierStatus: OrderView['haierStatus'];
  /** Machine that must have moved exactly once, however many copies were sent. */
  readonly movedOnce?: 'order' | 'haier';
  /** Kind of the case that staff must have before them. */
  readonly caseForStaff?: string;
};

/** The orders of the demo with their payments, by name. */
export type Cast = Readonly<Record<OrderName, { readonly order: OrderView; readonly payment: PaymentView }>>;
export type OrderName = keyof typeof ORDERS;

/** What each order is made of. */
export const ORDERS = {
  A: { GA0SZC00U: 1 },
  B: { BS01U000N: 1 },
  C: { GA0SZC00U: 2 },
  D: { BS01U000N: 1 },
  E: { GA0SZC00U: 1, BS01U000N: 1 },
  F: { BS01U000N: 1 },
  G: { GA0SZC00U: 1 },
  H: { 'LOCAL-KETTLE-01': 1 },
  I: { GA0SZC00U: 1 },
} as const;

/** Nobody lives there and nobody has that number. */
export function demoOrder(name: OrderName, index: number): PlaceOrder {
  return {
    buyer: `Demo buyer ${name}`,
    address: {
      contactName: `测试客户${name}`,
      phone: `0000000000${index}`,
      province: '山东省',
      city: '青岛市',
      district: '崂山区',
      detail: `演示路 ${index} 号（虚构）`,
      countyCode: '370212',
    },
    lines: Object.entries(ORDERS[name]).map(([productCode, quantity]) => ({ productCode, quantity })),
    note: 'npm run demo',
  };
}

/** The scenes in the order in which they are played. */
export function demoScenes(startedAt: Date): readonly Scene[] {
  // Makes transaction and Haier order numbers that no earlier run has used.
  const run = startedAt.getTime().toString(36).toUpperCase();
  const extOrderNo = (order: OrderName) => `SO.DEMO.${run}.${order}`;

  const pays = (order: OrderName, { offFen = 0, copies = 1 } = {}) => ({
    order,
    copies,
    send: ({ [order]: { payment } }: Cast, { platforms }: Stack) =>
      platforms.payment({
        provider: 'generic',
        fields: {
          payment_id: payment.id,
          amount: formatYuan(payment.amountFen + offFen),
          status: 'SUCCESS',
          transaction_id: `DEMO${run}${order}`,
        },
        copies,
      }),
  });
  const paid = (order: OrderName): Scene => ({
    ...pays(order),
    what: { en: 'payment notice, signed', 'zh-CN': '支付通知（已签名）' },
    answer: { status: 200, text: 'succeeded' },
    becomes: { status: 'paid', haierStatus: 'none', movedOnce: 'order' },
  });
  const haier = (order: OrderName, more: Omit<HaierCallbackOrder, 'platformOrderNo'>) => ({
    order,
    copies: more.copies ?? 1,
    send: ({ [order]: about }: Cast, { platforms }: Stack) =>
      platforms.haier({ platformOrderNo: about.order.orderNumber, extOrderNo: extOrderNo(order), ...more }),
  });
  const done = { status: 200, text: '成功' };
  const badSignature = { status: 200, text: '签名验证失败' };
  const stillPaid = { status: 'paid', haierStatus: 'none' } as const;
  const confirmed = { status: 'paid', haierStatus: 'confirmed', movedOnce: 'haier' } as const;

  return [
    paid('A'),
    {
      ...haier('A', { state: 1 }),
      what: { en: 'Haier confirms, State 1', 'zh-CN': '海尔确认 State 1' },
      answer: done,
      becomes: confirmed,
    },
    paid('B'),
    {
      ...haier('B', { state: 0, extOrderNo: '', failMsg: '收货地址超出配送范围' }),
      what: { en: 'Haier refuses, State 0', 'zh-CN': '海尔拒绝 State 0' },
      answer: done,
      becomes: { status: 'paid', haierStatus: 'failed', caseForStaff: 'push_failed' },
    },
    paid('C'),
    {
      ...haier('C', { state: 1, copies: 5 }),
      what: { en: 'the same confirmation 5 times at once', 'zh-CN': '同一确认同时发送 5 次' },
      answer: done,
      becomes: confirmed,
    },
    paid('D'),
    {
      ...haier('D', { sign: 'wrong' }),
      what: { en: 'confirmation with a wrong Sign', 'zh-CN': '确认，签名错误' },
      answer: badSignature,
      becomes: stillPaid,
    },
    {
      ...haier('D', { sign: 'lower-case' }),
      what: { en: 'confirmation, the right Sign in lower case', 'zh-CN': '确认，签名正确但为小写' },
      answer: badSignature,
      becomes: stillPaid,
    },
    {
      ...haier('D', { timeStamp: formatHaierTime(new Date(startedAt.getTime() - DAY_MS)) }),
      what: { en: 'confirmation signed a day ago', 'zh-CN': '一天前签名的确认' },
      answer: { status: 200, text: '请求已过期' },
      becomes: { ...stillPaid, caseForStaff: 'late_callback' },
    },
    paid('E'),
    {
      ...haier('E', { state: 1 }),
      what: { en: 'Haier confirms, State 1', 'zh-CN': '海尔确认 State 1' },
      answer: done,
      becomes: confirmed,
    },
    {
      ...haier('E', { state: 0, failMsg: '与先前的确认矛盾' }),
      what: { en: 'and then contradicts itself, State 0', 'zh-CN': '随后自相矛盾 State 0' },
      answer: done,
      becomes: { ...confirmed, caseForStaff: 'conflicting_callback' },
    },
    paid('F'),
    {
      ...haier('F', { method: 'hmm.scm_heorder.oostock', state: 1, failMsg: '仓库缺货' }),
      what: { en: 'Haier is out of stock', 'zh-CN': '海尔缺货' },
      answer: done,
      becomes: { status: 'paid', haierStatus: 'out_of_stock', caseForStaff: 'out_of_stock' },
    },
    {
      ...pays('G', { offFen: -1 }),
      what: { en: 'payment notice, one fen too little', 'zh-CN': '支付通知，金额少 1 分' },
      answer: { status: 400, text: '支付金额不匹配' },
      becomes: { status: 'pending', haierStatus: 'none', caseForStaff: 'amount_mismatch' },
    },
    {
      ...pays('G', { copies: 2 }),
      what: { en: 'payment notice, right, twice at once', 'zh-CN': '正确的支付通知，同时两次' },
      answer: { status: 200, text: 'succeeded' },
      becomes: { status: 'paid', haierStatus: 'none', movedOnce: 'order' },
    },
    paid('H'),
    {
      ...haier('H', { state: 1 }),
      what: { en: 'Haier confirms an order without Haier goods', 'zh-CN': '海尔确认不含海尔商品的订单' },
      answer: done,
      becomes: { ...stillPaid, caseForStaff: 'conflicting_callback' },
    },
    {
      ...haier('I', { state: 1 }),
      what: { en: 'Haier confirms an order nobody paid', 'zh-CN': '海尔确认未付款的订单' },
      answer: done,
      becomes: { status: 'pending', haierStatus: 'none', caseForStaff: 'conflicting_callback' },
    },
    {
      order: undefined,
      copies: 1,
      what: { en: 'Haier confirms an order nobody knows', 'zh-CN': '海尔确认不存在的订单' },
      send: (_cast, { platforms }) => platforms.haier({ platformOrderNo: `UNKNOWN-${run}` }),
      answer: { status: 200, text: '订单不存在' },
    },
  ];
}

const DAY_MS = 86_400_000;
