import type { ExceptionAction, ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { ylhDoes, ylhWaits } from './fulfilment-scenes.ts';
import { buyerPays } from './money-scenes.ts';
import { both, type Chapter, type OrderName, type Scene, staffDo } from './scene.ts';

/** Staff move goods, are told why not, look before they replay, and settle every case that came up. */
export function staffScenes(): Chapter {
  const paid = { status: 'paid', haierStatus: 'none' } as const;
  const settle = (order: OrderName, kind: ExceptionKind, action: ExceptionAction, reason: string) =>
    staffDo(order, (stack, orderNumber) =>
      ylhWaits(stack, () => stack.staff.settle(orderNumber, kind, action, reason)),
    );

  const scenes: readonly Scene[] = [
    {
      ...buyerPays('N', '200 succeeded'),
      what: { en: 'mock provider: the buyer pays', 'zh-CN': '模拟支付：买家付款' },
      becomes: paid,
    },
    {
      ...staffDo('N', ({ staff }, orderNumber) => staff.ship({ orderNumber, carrier: '顺丰', trackingNo: 'SF0000' })),
      what: { en: 'staff ship it', 'zh-CN': '员工发货' },
      becomes: { status: 'shipped', haierStatus: 'none' },
    },
    {
      ...staffDo('N', ({ staff }, orderNumber) => staff.complete({ orderNumber })),
      what: { en: 'staff complete it', 'zh-CN': '员工确认收货' },
      becomes: { status: 'completed', haierStatus: 'none' },
    },
    {
      ...staffDo('N', ({ staff }, orderNumber) => staff.ship({ orderNumber }), {
        en: 'An order that is completed cannot become shipped; it can become refunding',
        'zh-CN': '不允许从状态 "completed" 转换到 "shipped"。允许的转换: {refunding}',
      }),
      what: { en: 'and ship it once more', 'zh-CN': '再次发货' },
      becomes: { status: 'completed', haierStatus: 'none' },
    },
    {
      order: 'D',
      what: { en: 'what would the late confirmation do now?', 'zh-CN': '预演：迟到的确认现在会怎样？' },
      does: {
        copies: 1,
        answer: both('haier none → confirmed'),
        act: async ({ D: { order } }, { staff }) => {
          const late = await staff.openCase(order.orderNumber, 'late_callback');
          const { moves } = await staff.whatIf(late.callbackId ?? '');
          return [{ says: both(moves.map(({ machine, from, to }) => `${machine} ${from} → ${to}`).join(', ')) }];
        },
      },
      becomes: { ...paid, caseForStaff: 'late_callback' },
    },
    {
      ...settle('D', 'late_callback', 'replay_callback', '已与海尔核实'),
      what: { en: 'staff replay it from its case', 'zh-CN': '员工在异常中重放' },
      becomes: { status: 'paid', haierStatus: 'confirmed', movedOnce: 'haier', caseSettled: 'late_callback' },
    },
    {
      ...settle('B', 'push_failed', 'cancel_order', '海尔无法配送'),
      what: { en: 'staff cancel what Haier refused', 'zh-CN': '员工取消海尔拒绝的订单' },
      becomes: { status: 'cancelled', haierStatus: 'failed', caseSettled: 'push_failed' },
    },
    {
      ...settle('F', 'out_of_stock', 'cancel_order', '海尔缺货'),
      what: { en: 'Haier is asked to cancel what it lacks', 'zh-CN': '缺货订单，请求海尔取消' },
      becomes: { status: 'paid', haierStatus: 'cancel_pending', caseSettled: 'out_of_stock' },
    },
    {
      ...ylhDoes('F', 'cancel-agreed'),
      what: { en: 'Haier agrees', 'zh-CN': '海尔同意' },
      becomes: { status: 'cancelled', haierStatus: 'cancelled' },
    },
    {
      ...settle('E', 'conflicting_callback', 'acknowledge', '海尔确认接单有效'),
      what: { en: 'Haier meant yes', 'zh-CN': '海尔确认接单有效' },
      becomes: { status: 'paid', haierStatus: 'confirmed', caseSettled: 'conflicting_callback' },
    },
    {
      ...settle('G', 'amount_mismatch', 'acknowledge', '渠道已更正通知'),
      what: { en: 'the provider has corrected its notice', 'zh-CN': '渠道已更正通知' },
      becomes: { ...paid, caseSettled: 'amount_mismatch' },
    },
    {
      ...settle('H', 'conflicting_callback', 'acknowledge', '与海尔无关'),
      what: { en: 'not an order of Haier', 'zh-CN': '与海尔无关的订单' },
      becomes: { ...paid, caseSettled: 'conflicting_callback' },
    },
    {
      ...settle('I', 'conflicting_callback', 'cancel_order', '买家未付款'),
      what: { en: 'nobody paid: cancelled', 'zh-CN': '无人付款，取消' },
      becomes: { status: 'cancelled', haierStatus: 'none', caseSettled: 'conflicting_callback' },
    },
    {
      order: 'B',
      what: { en: 'the money of B is back', 'zh-CN': 'B 的款项已退回' },
      becomes: { status: 'cancelled', haierStatus: 'failed', refund: { status: 'succeeded' } },
    },
    {
      order: 'F',
      what: { en: 'the money of F is back', 'zh-CN': 'F 的款项已退回' },
      becomes: { status: 'cancelled', haierStatus: 'cancelled', refund: { status: 'succeeded' } },
    },
  ];
  return { title: { en: 'Staff decide', 'zh-CN': '员工处理' }, scenes };
}
