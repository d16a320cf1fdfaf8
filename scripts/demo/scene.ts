import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { OrderView, paymentApi, PlaceOrder, RefundView } from '@orderbridge/contracts/orders-api';
import type { CallbackAnswer } from '@orderbridge/mock-upstreams/send-callback';
import type { z } from 'zod';
import type { Stack } from './connect.ts';

export type Text = { readonly en: string; readonly 'zh-CN': string };

/** Scenes that belong together. */
export type Chapter = { readonly title: Text; readonly scenes: readonly Scene[] };

/** One thing that is done, what must be answered and what its order must then be. One that does nothing waits. */
export type Scene = {
  readonly order: OrderName | undefined;
  readonly what: Text;
  readonly does?: {
    readonly copies: number;
    readonly act: (cast: Cast, stack: Stack) => Promise<readonly Answer[]>;
    readonly answer: Text;
  };
  readonly becomes?: Expected;
};

/** What one copy was answered: the words that count, and all of it, which must be the same for every copy. */
export type Answer = { readonly says: Text; readonly whole?: string };

export type Expected = {
  readonly status: OrderView['status'];
  readonly haierStatus: OrderView['haierStatus'];
  /** Machine that must have moved exactly once, however many copies were sent. */
  readonly movedOnce?: 'order' | 'haier';
  /** Kind of the case that staff must have before them. */
  readonly caseForStaff?: ExceptionKind;
  /** Kind of the case that must have been settled. */
  readonly caseSettled?: ExceptionKind;
  /** The order's only refund; of all that was paid unless said otherwise. */
  readonly refund?: { readonly status: RefundView['status']; readonly amountFen?: number };
};

export type OpenedPayment = z.output<typeof paymentApi.open.output>;

/** The orders of the demo with their payments, by name. */
export type Cast = Readonly<Record<OrderName, { readonly order: OrderView; readonly payment: OpenedPayment }>>;
export type OrderName = keyof typeof ORDERS;

const fridge = { GA0SZC00U: 1 };
const washer = { BS01U000N: 1 };

/** What each order is made of and how it is paid. */
export const ORDERS = {
  A: { goods: fridge, method: 'generic' },
  B: { goods: washer, method: 'generic' },
  C: { goods: { GA0SZC00U: 2 }, method: 'generic' },
  D: { goods: washer, method: 'generic' },
  E: { goods: { ...fridge, ...washer }, method: 'generic' },
  F: { goods: washer, method: 'generic' },
  G: { goods: fridge, method: 'generic' },
  H: { goods: { 'LOCAL-KETTLE-01': 1 }, method: 'generic' },
  I: { goods: fridge, method: 'generic' },
  J: { goods: fridge, method: 'wechat' },
  K: { goods: { 'LOCAL-KETTLE-01': 2 }, method: 'alipay' },
  L: { goods: washer, method: 'wechat' },
  M: { goods: washer, method: 'wechat' },
  N: { goods: { 'LOCAL-KETTLE-01': 1 }, method: 'mock' },
  O: { goods: fridge, method: 'mock' },
  P: { goods: washer, method: 'mock' },
  Q: { goods: fridge, method: 'mock' },
  R: { goods: washer, method: 'mock' },
  S: { goods: fridge, method: 'mock' },
  T: { goods: washer, method: 'mock' },
} as const satisfies Record<string, { goods: Readonly<Record<string, number>>; method: OpenedPayment['method'] }>;

/** Nobody lives there and nobody has that number. */
export function demoOrder(name: OrderName, index: number): PlaceOrder {
  return {
    buyer: `Demo buyer ${name}`,
    address: {
      contactName: `${CONTACT}${name}`,
      phone: String(index).padStart(11, '0'),
      province: '山东省',
      city: '青岛市',
      district: '崂山区',
      detail: `演示路 ${index} 号（虚构）`,
      countyCode: '370212',
    },
    lines: Object.entries(ORDERS[name].goods).map(([productCode, quantity]) => ({ productCode, quantity })),
    note: 'npm run demo',
  };
}

/** How the name of every buyer begins. */
export const CONTACT = '测试客户';

export const both = (text: string): Text => ({ en: text, 'zh-CN': text });

/** What staff hear when a verb was done. */
export const DONE: Text = { en: 'done', 'zh-CN': '完成' };

/** A verb of staff on an order of the cast, and what they are told. */
export const staffDo = (
  order: OrderName,
  verb: (stack: Stack, orderNumber: string) => Promise<Text>,
  answer: Text = DONE,
) => ({
  order,
  does: {
    copies: 1,
    answer,
    act: async ({ [order]: { order: about } }: Cast, stack: Stack) => [{ says: await verb(stack, about.orderNumber) }],
  },
});

export const textOf = (answer: CallbackAnswer): Answer => ({
  says: both(wordsOf(answer)),
  whole: JSON.stringify(answer.body),
});

/** HTTP status with the words of the body that say what was decided; each provider has its own. */
function wordsOf({ status, body, error }: CallbackAnswer): string {
  if (status === null) return `no answer (${error})`;
  if (typeof body === 'string') return `${status} ${body}`;
  const said = (body ?? {}) as Record<string, string | undefined>;
  return `${status} ${said['description'] ?? said['detail'] ?? said['status'] ?? said['code'] ?? ''}`;
}
