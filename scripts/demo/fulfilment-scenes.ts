import { YLH_PATHS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import type { FaultOrder } from '@orderbridge/mock-upstreams/faults/fault-menu';
import type { OrderStep } from '@orderbridge/mock-upstreams/ylh/play-order';
import type { Stack } from './connect.ts';
import { buyerPays } from './money-scenes.ts';
import {
  both,
  type Cast,
  type Chapter,
  DONE,
  type OrderName,
  type Scene,
  staffDo,
  type Text,
  textOf,
} from './scene.ts';

const NO_SUCH_PRODUCT = 'NO-SUCH-PRODUCT';

/** Orders go to Haier over YLH and come back; some calls go wrong on purpose, each with one effect. */
export function fulfilmentScenes(): Chapter {
  const paid = (order: OrderName): Scene => ({
    ...buyerPays(order, '200 succeeded'),
    what: { en: 'the buyer pays', 'zh-CN': '买家付款' },
    becomes: { status: 'paid', haierStatus: 'none' },
  });
  const confirmed = { status: 'paid', haierStatus: 'confirmed' } as const;
  const haierConfirms = (order: OrderName): Scene => ({
    ...ylhDoes(order, 'confirm'),
    what: { en: 'Haier confirms by callback', 'zh-CN': '海尔回调确认' },
    becomes: confirmed,
  });

  const scenes: readonly Scene[] = [
    {
      order: undefined,
      what: {
        en: 'sync of one product that Haier has and one that it has not',
        'zh-CN': '同步两个商品，其中一个海尔没有',
      },
      does: {
        copies: 1,
        answer: both(`partial: 1 + 1, ${NO_SUCH_PRODUCT}`),
        act: async (_cast, { staff }) => {
          const codes = ['GA0SZC00U', NO_SUCH_PRODUCT];
          const run = await staff.sync({ type: 'products', productCodes: codes, prices: true });
          const failed = run.failures.map(({ productCode }) => productCode).join();
          return [{ says: both(`${run.status}: ${run.successCount} + ${run.failedCount}, ${failed}`) }];
        },
      },
    },
    paid('O'),
    {
      ...preflight('O', { en: 'can be pushed', 'zh-CN': '可以推送' }),
      what: {
        en: 'preflight asks Haier for goods, price, stock, balance',
        'zh-CN': '推送预检：商品、价格、库存、余额',
      },
      becomes: { status: 'paid', haierStatus: 'none' },
    },
    staffPush('O'),
    haierConfirms('O'),
    {
      ...ylhDoes('O', 'deliver'),
      what: { en: 'Haier sends the goods and tells nobody', 'zh-CN': '海尔发货，没有通知' },
      becomes: confirmed,
    },
    {
      ...staffDo('O', ({ staff }, orderNumber) => staff.logistics(orderNumber)),
      what: { en: 'staff ask where they are: shipped', 'zh-CN': '员工查询物流：已发货' },
      becomes: { status: 'shipped', haierStatus: 'confirmed' },
    },
    paid('P'),
    {
      ...staffPush(
        'P',
        { fault: 'success-false', text: '商品已下架' },
        {
          en: 'The order could not be pushed: 商品已下架',
          'zh-CN': '推送订单失败：商品已下架',
        },
      ),
      what: { en: 'staff push it, YLH says no', 'zh-CN': '员工推送，易理货拒绝' },
      becomes: { status: 'paid', haierStatus: 'failed', caseForStaff: 'push_failed' },
    },
    {
      ...staffPush('P'),
      what: { en: 'and once more, now it is taken', 'zh-CN': '再次推送，已受理' },
      becomes: { status: 'paid', haierStatus: 'push_pending', caseSettled: 'push_failed' },
    },
    haierConfirms('P'),
    paid('Q'),
    {
      ...staffPush('Q', { fault: 'drop-after-commit' }),
      what: { en: 'YLH takes it, the line breaks before the answer', 'zh-CN': '易理货已受理，应答前断线' },
    },
    {
      order: 'Q',
      what: { en: 'sent again under the same number: orders at YLH', 'zh-CN': '以同一单号重发：易理货的订单数' },
      does: {
        copies: 1,
        answer: { en: '1, and 1 repetition refused', 'zh-CN': '1，拒绝重复 1 次' },
        act: async ({ Q: { order } }, { platforms }) => {
          const { acceptedTimes, repeatsRefused } = await platforms.orderAtYlh(order.orderNumber);
          const says = {
            en: `${acceptedTimes}, and ${repeatsRefused} repetition refused`,
            'zh-CN': `${acceptedTimes}，拒绝重复 ${repeatsRefused} 次`,
          };
          return [{ says }];
        },
      },
    },
    haierConfirms('Q'),
    paid('R'),
    {
      ...staffPush(
        'R',
        { fault: 'early-callback' },
        {
          en: 'The order was pushed and confirmed',
          'zh-CN': '订单推送成功',
        },
      ),
      what: { en: 'the callback comes before the answer to the push', 'zh-CN': '回调早于推送应答到达' },
      becomes: confirmed,
    },
    paid('S'),
    staffPush('S'),
    haierConfirms('S'),
    {
      ...staffDo(
        'S',
        (stack, orderNumber) => ylhWaits(stack, () => stack.staff.cancel({ orderNumber, reason: '买家改变主意' })),
        { en: "The cancellation was submitted; waiting for Haier's answer", 'zh-CN': '取消已提交，等待回调' },
      ),
      what: { en: 'staff cancel: Haier is asked first', 'zh-CN': '员工取消：先请求海尔' },
      becomes: { status: 'paid', haierStatus: 'cancel_pending' },
    },
    {
      ...ylhDoes('S', 'cancel-agreed'),
      what: { en: 'Haier agrees, the money goes back', 'zh-CN': '海尔同意，款项退回' },
      becomes: { status: 'cancelled', haierStatus: 'cancelled', refund: { status: 'succeeded' } },
    },
    {
      ...staffDo('T', ({ staff }, orderNumber) => staff.adjustPrice({ orderNumber, payableFen: 0, reason: '赠送' })),
      what: { en: 'staff give an order away', 'zh-CN': '员工将订单改为赠送' },
      becomes: { status: 'paid', haierStatus: 'none' },
    },
    {
      ...preflight('T', { en: 'missing: order sum', 'zh-CN': '缺少：订单金额' }),
      what: {
        en: 'preflight names what Haier would miss, and asks nobody',
        'zh-CN': '推送预检指出缺少的内容，不调用平台',
      },
    },
    {
      ...staffDo('T', ({ staff }, orderNumber) => staff.push(orderNumber), {
        en: "The order's data is not complete. Missing: order sum",
        'zh-CN': '订单数据验证失败：缺少订单金额',
      }),
      what: { en: 'and a push of it is refused before any call', 'zh-CN': '推送在调用前即被拒绝' },
      becomes: { status: 'paid', haierStatus: 'none' },
    },
  ];
  return { title: { en: 'Orders go to Haier', 'zh-CN': '推送海尔' }, scenes };
}

/** Staff push an order; a fault strikes that one call. */
export const staffPush = (
  order: OrderName,
  fault?: Pick<FaultOrder, 'fault' | 'text'>,
  answer: Text = SUBMITTED,
): Scene => ({
  ...staffDo(
    order,
    async (stack, orderNumber) => {
      if (fault) await stack.platforms.fault({ match: YLH_PATHS.create, ...fault });
      return ylhWaits(stack, () => stack.staff.push(orderNumber));
    },
    answer,
  ),
  what: { en: 'staff push it, YLH takes it', 'zh-CN': '员工推送，易理货受理' },
  becomes: { status: 'paid', haierStatus: 'push_pending' },
});

const SUBMITTED: Text = {
  en: 'The order was submitted; its confirmation comes by callback',
  'zh-CN': '订单已提交，等待回调确认',
};

/** What happens to an order at YLH, with its callback when there is one. */
export const ylhDoes = (order: OrderName, step: OrderStep) => ({
  order,
  does: {
    copies: 1,
    answer: step === 'deliver' ? DONE : both('200 成功'),
    act: async ({ [order]: { order: about } }: Cast, { platforms }: Stack) => {
      const { answers } = await platforms.step(step, about.orderNumber);
      return answers.length > 0 ? answers.map(textOf) : [{ says: DONE }];
    },
  },
});

/** What YLH would do by itself a second later waits until its scene: a slow machine shows the same scenes. */
export async function ylhWaits<T>({ platforms }: Stack, act: () => Promise<T>): Promise<T> {
  await platforms.ylh({ autoConfirm: false });
  try {
    return await act();
  } finally {
    await platforms.ylh({ autoConfirm: true });
  }
}

const preflight = (order: OrderName, answer: Text) =>
  staffDo(
    order,
    async ({ staff }, orderNumber) => {
      const { canPush, checks, missing } = await staff.preflight(orderNumber);
      if (canPush) return { en: 'can be pushed', 'zh-CN': '可以推送' };
      if (missing.length > 0)
        return {
          en: `missing: ${missing.map(({ nameEn }) => nameEn).join(', ')}`,
          'zh-CN': `缺少：${missing.map(({ name }) => name).join('、')}`,
        };
      const failed = checks.filter(({ result }) => result === 'failed');
      return {
        en: failed.map(({ detailEn }) => detailEn).join('; '),
        'zh-CN': failed.map(({ detail }) => detail).join('；'),
      };
    },
    answer,
  );
