import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { PayOrder } from '@orderbridge/mock-upstreams/payment-control';
import type { Stack } from './connect.ts';
import {
  both,
  type Cast,
  type Chapter,
  DONE,
  type OpenedPayment,
  type OrderName,
  ORDERS,
  type Scene,
  textOf,
} from './scene.ts';

const PART_FEN = 5_000;

const paid = { status: 'paid', haierStatus: 'none', movedOnce: 'order' } as const;
const cancelled = { status: 'cancelled', haierStatus: 'none' } as const;
const BACK = { status: 'succeeded' } as const;

/** Money comes in through WeChat Pay, Alipay and the mock provider, and goes back, once. */
export function moneyScenes(): Chapter {
  const scenes: readonly Scene[] = [
    {
      order: 'J',
      what: { en: 'WeChat Pay: the buyer is shown a code', 'zh-CN': '微信支付：向买家出示二维码' },
      does: {
        copies: 1,
        answer: both('weixin://…'),
        act: async ({ J: { payment } }) => [{ says: both(schemeOf(payment.checkout)) }],
      },
      becomes: { status: 'pending', haierStatus: 'none' },
    },
    {
      ...buyerPays('J', '200 SUCCESS'),
      what: { en: 'the buyer pays, WeChat tells', 'zh-CN': '买家付款，微信发来通知' },
      becomes: paid,
    },
    {
      ...staffCancel('J', '买家不想要了'),
      what: { en: 'staff cancel the paid order', 'zh-CN': '员工取消已支付订单' },
      becomes: cancelled,
    },
    {
      ...buyerPays('K', '200 success'),
      what: { en: 'Alipay: the buyer pays', 'zh-CN': '支付宝：买家付款' },
      becomes: paid,
    },
    {
      order: 'K',
      what: {
        en: `staff return ¥${formatYuan(PART_FEN)} of it`,
        'zh-CN': `员工申请退款 ${formatYuan(PART_FEN)} 元`,
      },
      does: {
        copies: 1,
        answer: DONE,
        act: async ({ K: { order } }, { staff }) => {
          const { orderNumber } = order;
          return [{ says: await staff.requestRefund({ orderNumber, amountFen: PART_FEN, reason: '少发一件' }) }];
        },
      },
    },
    {
      ...buyerPays('M', '200 SUCCESS'),
      what: { en: 'WeChat Pay: the buyer pays', 'zh-CN': '微信支付：买家付款' },
      becomes: paid,
    },
    {
      order: 'M',
      what: {
        en: 'cancelled, and WeChat refuses the refund: its books differ',
        'zh-CN': '取消，微信账目不符，拒绝退款',
      },
      does: {
        copies: 1,
        answer: DONE,
        act: async (cast, stack) => {
          await stack.platforms.pay({ ...paymentOf(cast, 'M'), amountFen: 1, notify: false });
          return staffCancel('M', '地址填错').does.act(cast, stack);
        },
      },
      becomes: { ...cancelled, caseForStaff: 'refund_failed', refund: { status: 'failed' } },
    },
    {
      ...staffCancel('L', '买家不付款'),
      what: { en: 'staff cancel an unpaid order', 'zh-CN': '员工取消未付款订单' },
      becomes: cancelled,
    },
    {
      ...buyerPays('L', '200 SUCCESS'),
      what: { en: 'and then its money comes', 'zh-CN': '随后款项到账' },
      becomes: { ...cancelled, caseForStaff: 'money_to_return' },
    },
    {
      order: 'M',
      what: { en: 'WeChat mends its books, staff retry from the case', 'zh-CN': '微信更正账目，员工在异常中重试' },
      does: {
        copies: 1,
        answer: DONE,
        act: async (cast, { staff, platforms }) => {
          await platforms.pay({ ...paymentOf(cast, 'M'), notify: false });
          const { orderNumber } = cast.M.order;
          return [{ says: await staff.settle(orderNumber, 'refund_failed', 'retry_refund', '微信账目已更正') }];
        },
      },
    },
    {
      order: 'J',
      what: { en: 'the money of J is back', 'zh-CN': 'J 的款项已退回' },
      becomes: { ...cancelled, refund: BACK },
    },
    {
      order: 'K',
      what: { en: 'the part of K is back', 'zh-CN': 'K 的部分款项已退回' },
      becomes: { status: 'refunded', haierStatus: 'none', refund: { ...BACK, amountFen: PART_FEN } },
    },
    {
      order: 'L',
      what: { en: 'the late money is back', 'zh-CN': '迟到的款项已退回' },
      becomes: { ...cancelled, caseSettled: 'money_to_return', refund: BACK },
    },
    {
      order: 'M',
      what: { en: 'the money of M is back', 'zh-CN': 'M 的款项已退回' },
      becomes: { ...cancelled, caseSettled: 'refund_failed', refund: BACK },
    },
  ];
  return { title: { en: 'Money comes in and goes back', 'zh-CN': '收款与退款' }, scenes };
}

/** The buyer pays what is asked, and the provider tells of it. */
export const buyerPays = (order: OrderName, answer: string) => ({
  order,
  does: {
    copies: 1,
    answer: both(answer),
    act: async (cast: Cast, { platforms }: Stack) => (await platforms.pay(paymentOf(cast, order))).answers.map(textOf),
  },
});

const staffCancel = (order: OrderName, reason: string) => ({
  order,
  does: {
    copies: 1,
    answer: DONE,
    act: async ({ [order]: { order: about } }: Cast, { staff }: Stack) => [
      { says: await staff.cancel({ orderNumber: about.orderNumber, reason }) },
    ],
  },
});

const paymentOf = (cast: Cast, order: OrderName): PayOrder => {
  const { providerOrderNo: outTradeNo, amountFen } = cast[order].payment;
  return { provider: ORDERS[order].method, outTradeNo, amountFen };
};

/** Where the buyer's device is sent, without the one-time part. */
function schemeOf(checkout: OpenedPayment['checkout']): string {
  if (checkout?.kind !== 'wechat_native') return checkout?.kind ?? 'nothing';
  return `${checkout.codeUrl.split('://', 1)[0]}://…`;
}
