import type { OrderView } from '@orderbridge/contracts/orders-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { Stack } from './connect.ts';
import { both, type Cast, type Chapter, CONTACT, type Scene, type Text } from './scene.ts';

/** What must be true of all orders of the demo at the end of the day. */
export function proofScenes(): Chapter {
  const proof = (what: Text, answer: Text, act: (cast: Cast, stack: Stack) => Promise<Text>): Scene => ({
    order: undefined,
    what,
    does: { copies: 1, answer, act: async (cast, stack) => [{ says: await act(cast, stack) }] },
  });

  const scenes: readonly Scene[] = [
    proof(
      { en: 'every order computed anew from its history', 'zh-CN': '由历史重算每个订单' },
      { en: 'the same', 'zh-CN': '一致' },
      async (cast, { staff }) => {
        const rebuilt = await Promise.all(ordersOf(cast).map(({ orderNumber }) => staff.rebuild(orderNumber)));
        const differing = rebuilt.filter(({ matches }) => !matches);
        if (differing.length === 0) return { en: 'the same', 'zh-CN': '一致' };
        return both(differing.map(({ orderNumber, differences }) => `${orderNumber} ${differences[0]?.field}`).join());
      },
    ),
    proof(
      { en: 'money given back: what orders say, what providers say', 'zh-CN': '退款总额：订单与渠道核对' },
      { en: 'the same', 'zh-CN': '一致' },
      async (cast, { staff, platforms }) => {
        const numbers = ordersOf(cast).map(({ orderNumber }) => orderNumber);
        const orders = await Promise.all(numbers.map((orderNumber) => staff.get(orderNumber)));
        const saidFen = orders.reduce((sum, { refundedFen }) => sum + refundedFen, 0);
        const paidFen = (await platforms.paidBack())
          .filter(({ refundNo }) => numbers.includes(refundNo.replace(/-R\d+$/, '')))
          .reduce((sum, { amountFen }) => sum + amountFen, 0);
        if (saidFen > 0 && saidFen === paidFen) return { en: 'the same', 'zh-CN': '一致' };
        return both(`¥${formatYuan(saidFen)} ≠ ¥${formatYuan(paidFen)}`);
      },
    ),
    proof(
      { en: 'open cases of these orders', 'zh-CN': '这些订单的未处理异常' },
      { en: 'none', 'zh-CN': '无' },
      async (cast, { staff }) => {
        const lists = await Promise.all(ordersOf(cast).map(({ orderNumber }) => staff.openCases(orderNumber)));
        const open = lists.flat();
        if (open.length === 0) return { en: 'none', 'zh-CN': '无' };
        return both(open.map(({ kind, orderNumber }) => `${orderNumber} ${kind}`).join());
      },
    ),
    proof(
      { en: 'the audit chain, entry by entry', 'zh-CN': '逐条核对审计链' },
      { en: 'holds', 'zh-CN': '完整' },
      async (_cast, { staff }) => {
        const { ok, broken } = await staff.verifyAudit();
        if (ok) return { en: 'holds', 'zh-CN': '完整' };
        return both(broken.map(({ entryId, problem }) => `${entryId} ${problem}`).join());
      },
    ),
    proof(
      { en: 'orders as CSV: name, phone and address', 'zh-CN': '导出订单 CSV：姓名、电话、地址' },
      { en: 'masked', 'zh-CN': '已脱敏' },
      async ({ N: { order } }, { staff }) => {
        const csv = await staff.exportOrders({ buyer: order.buyer });
        const rows = csv.split('\r\n').filter((row) => row.includes(order.orderNumber));
        const isMasked = rows.length === 1 && rows[0]!.includes(`${CONTACT[0]}****`) && !/0{8}|演示路/.test(rows[0]!);
        return isMasked ? { en: 'masked', 'zh-CN': '已脱敏' } : both(rows.join() || 'no row');
      },
    ),
  ];
  return { title: { en: 'And at the end', 'zh-CN': '最后核对' }, scenes };
}

const ordersOf = (cast: Cast): OrderView[] => Object.values(cast).map(({ order }) => order);
