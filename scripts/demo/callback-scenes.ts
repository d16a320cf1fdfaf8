import { formatHaierTime } from '@orderbridge/contracts/haier-callback';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { HaierCallbackOrder } from '@orderbridge/mock-upstreams/app';
import { staffPush, ylhDoes } from './fulfilment-scenes.ts';
import { both, type Cast, type Chapter, type OrderName, type Scene, textOf } from './scene.ts';
import type { Stack } from './connect.ts';

const DAY_MS = 86_400_000;
const GOOD = both('200 成功');
const BAD_SIGNATURE = both('200 签名验证失败');

/** A callback of Haier about an order of the cast. */
const haierSends =
  (run: string) =>
  (order: OrderName, { copies = 1, ...callback }: Omit<HaierCallbackOrder, 'platformOrderNo'>, answer = GOOD) => ({
    order,
    does: {
      copies,
      answer,
      act: async ({ [order]: { order: about } }: Cast, { platforms }: Stack) => {
        const named = { platformOrderNo: about.orderNumber, extOrderNo: `SO.DEMO.${run}.${order}` };
        return (await platforms.haier({ ...named, copies, ...callback })).answers.map(textOf);
      },
    },
  });

/** Signed callbacks as they come in on any day: right, repeated, forged, late and contradictory. */
export function callbackScenes(startedAt: Date, run: string): Chapter {
  const haier = haierSends(run);
  const pays = (order: OrderName, { offFen = 0, copies = 1, answer = both('200 succeeded') } = {}) => ({
    order,
    does: {
      copies,
      answer,
      act: async ({ [order]: { payment } }: Cast, { platforms }: Stack) => {
        const fields = {
          payment_id: payment.id,
          amount: formatYuan(payment.amountFen + offFen),
          status: 'SUCCESS',
          transaction_id: `DEMO${run}${order}`,
        };
        return (await platforms.payment({ provider: 'generic', fields, copies })).answers.map(textOf);
      },
    },
  });
  const paid = (order: OrderName): Scene => ({
    ...pays(order),
    what: { en: 'payment notice, signed', 'zh-CN': '支付通知（已签名）' },
    becomes: { ...stillPaid, movedOnce: 'order' },
  });
  const stillPaid = { status: 'paid', haierStatus: 'none' } as const;
  const confirmed = { status: 'paid', haierStatus: 'confirmed', movedOnce: 'haier' } as const;

  const scenes: readonly Scene[] = [
    paid('A'),
    {
      ...haier('A', { state: 1 }),
      what: { en: 'Haier confirms, State 1', 'zh-CN': '海尔确认 State 1' },
      becomes: confirmed,
    },
    paid('B'),
    {
      ...haier('B', { state: 0, extOrderNo: '', failMsg: '收货地址超出配送范围' }),
      what: { en: 'Haier refuses, State 0', 'zh-CN': '海尔拒绝 State 0' },
      becomes: { status: 'paid', haierStatus: 'failed', caseForStaff: 'push_failed' },
    },
    paid('C'),
    {
      ...haier('C', { state: 1, copies: 5 }),
      what: { en: 'the same confirmation 5 times at once', 'zh-CN': '同一确认同时发送 5 次' },
      becomes: confirmed,
    },
    paid('D'),
    {
      ...haier('D', { sign: 'wrong' }, BAD_SIGNATURE),
      what: { en: 'confirmation with a wrong Sign', 'zh-CN': '确认，签名错误' },
      becomes: stillPaid,
    },
    {
      ...haier('D', { sign: 'lower-case' }, BAD_SIGNATURE),
      what: { en: 'confirmation, the right Sign in lower case', 'zh-CN': '确认，签名正确但为小写' },
      becomes: stillPaid,
    },
    {
      ...haier('D', { timeStamp: formatHaierTime(new Date(startedAt.getTime() - DAY_MS)) }, both('200 请求已过期')),
      what: { en: 'confirmation signed a day ago', 'zh-CN': '一天前签名的确认' },
      becomes: { ...stillPaid, caseForStaff: 'late_callback' },
    },
    paid('E'),
    {
      ...haier('E', { state: 1 }),
      what: { en: 'Haier confirms, State 1', 'zh-CN': '海尔确认 State 1' },
      becomes: confirmed,
    },
    {
      ...haier('E', { state: 0, failMsg: '与先前的确认矛盾' }),
      what: { en: 'and then contradicts itself, State 0', 'zh-CN': '随后自相矛盾 State 0' },
      becomes: { ...confirmed, caseForStaff: 'conflicting_callback' },
    },
    paid('F'),
    staffPush('F'),
    {
      ...ylhDoes('F', 'out-of-stock'),
      what: { en: 'Haier is out of stock', 'zh-CN': '海尔缺货' },
      becomes: { status: 'paid', haierStatus: 'out_of_stock', caseForStaff: 'out_of_stock' },
    },
    {
      ...pays('G', { offFen: -1, answer: both('400 支付金额不匹配') }),
      what: { en: 'payment notice, one fen too little', 'zh-CN': '支付通知，金额少 1 分' },
      becomes: { status: 'pending', haierStatus: 'none', caseForStaff: 'amount_mismatch' },
    },
    {
      ...pays('G', { copies: 2 }),
      what: { en: 'payment notice, right, twice at once', 'zh-CN': '正确的支付通知，同时两次' },
      becomes: { ...stillPaid, movedOnce: 'order' },
    },
    paid('H'),
    {
      ...haier('H', { state: 1 }),
      what: { en: 'Haier confirms an order without Haier goods', 'zh-CN': '海尔确认不含海尔商品的订单' },
      becomes: { ...stillPaid, caseForStaff: 'conflicting_callback' },
    },
    {
      ...haier('I', { state: 1 }),
      what: { en: 'Haier confirms an order nobody paid', 'zh-CN': '海尔确认未付款的订单' },
      becomes: { status: 'pending', haierStatus: 'none', caseForStaff: 'conflicting_callback' },
    },
    {
      order: undefined,
      what: { en: 'Haier confirms an order nobody knows', 'zh-CN': '海尔确认不存在的订单' },
      does: {
        copies: 1,
        answer: both('200 订单不存在'),
        act: async (_cast, { platforms }) =>
          (await platforms.haier({ platformOrderNo: `UNKNOWN-${run}` })).answers.map(textOf),
      },
    },
  ];
  return { title: { en: 'Callbacks come in', 'zh-CN': '接收回调' }, scenes };
}
