import type { CallbackAnswer } from '../send-callback.ts';
import type { OrderBook, PlayedOrder, PlayedOrderState, PlayedParcel } from './order-book.ts';
import type { ItemCount, OrderNews, OrderTeller } from './tell-order-news.ts';

/** What can happen to an order on the platform's side, and in which states. */
const STEPS = {
  confirm: ['accepted', 'out_of_stock'],
  reject: ['accepted', 'out_of_stock'],
  'out-of-stock': ['accepted', 'confirmed'],
  deliver: ['confirmed'],
  // The buyer can refuse the goods at the door, wished for or not.
  'cancel-agreed': ['accepted', 'confirmed', 'out_of_stock', 'delivered'],
  'cancel-refused': ['accepted', 'confirmed', 'out_of_stock', 'delivered'],
  'cancel-part': ['accepted', 'confirmed', 'delivered'],
} as const satisfies Record<string, readonly PlayedOrderState[]>;

export type OrderStep = keyof typeof STEPS;
export const ORDER_STEPS = Object.keys(STEPS) as OrderStep[];

export type StepDetails = {
  readonly failMsg?: string | undefined;
  /** Of a cancel; default everything turned back. */
  readonly items?: readonly Omit<ItemCount, 'totalQty'>[] | undefined;
  readonly parcels?: readonly Omit<PlayedParcel, 'deliveryRecordCode'>[] | undefined;
};

export type StepReport = { readonly moved: boolean; readonly answers: CallbackAnswer[] };

/** Moves orders and tells of it; the protocol has no callback for a delivery (domain.md §2.1). */
export function createOrderPlay(book: OrderBook, teller: OrderTeller) {
  return {
    /** The state changes at once; the promise is over when the callback is answered. */
    async step(order: PlayedOrder, step: OrderStep, details: StepDetails = {}): Promise<StepReport> {
      const from: readonly PlayedOrderState[] = STEPS[step];
      if (!book.holds(order) || !from.includes(order.state)) return { moved: false, answers: [] };
      const news = move(order, step, details);
      const { push, cancel } = book.strikesOf(order);
      const answers = news ? await teller.tell(order, news, step.startsWith('cancel') ? cancel : push) : [];
      return { moved: true, answers };
    },
  };
}
export type OrderPlay = ReturnType<typeof createOrderPlay>;

function move(order: PlayedOrder, step: OrderStep, { failMsg, items, parcels }: StepDetails): OrderNews | undefined {
  switch (step) {
    case 'confirm':
      order.state = 'confirmed';
      return { method: 'hmm.scm_heorder.confirm', state: 1 };
    case 'reject':
      order.state = 'rejected';
      return { method: 'hmm.scm_heorder.confirm', state: 0, failMsg: failMsg ?? '收货地址超出配送范围' };
    case 'out-of-stock':
      order.state = 'out_of_stock';
      return { method: 'hmm.scm_heorder.oostock', state: 1, failMsg: failMsg ?? '商品缺货' };
    case 'deliver':
      order.state = 'delivered';
      order.parcels = parcelsOf(order, parcels);
      return undefined;
    case 'cancel-agreed':
      order.state = 'cancelled';
      order.cancel = 'agreed';
      return { method: 'hmm.scm_heorder.cancel', state: 1, failMsg, itemList: countsOf(order, items) };
    case 'cancel-refused':
      order.cancel = 'refused';
      return {
        method: 'hmm.scm_heorder.cancel',
        state: 0,
        failMsg: failMsg ?? (order.state === 'delivered' ? '订单已签收，无法取消' : '订单已出库，无法取消'),
      };
    case 'cancel-part':
      order.cancel = 'part';
      return { method: 'hmm.scm_heorder.cancel', state: 2, failMsg, itemList: countsOf(order, items) };
  }
}

/** Every item of the order; what is not named was turned back whole. */
const countsOf = (order: PlayedOrder, named: StepDetails['items'] = []): ItemCount[] =>
  order.items.map(({ productCode, itemQty }) => {
    const counts = named.find((item) => item.productCode === productCode);
    return { productCode, totalQty: itemQty, receiveQty: 0, returnQty: 0, rejectQty: itemQty, ...counts };
  });

/** One parcel for each item unless told otherwise. */
const parcelsOf = (order: PlayedOrder, given: StepDetails['parcels']): PlayedParcel[] =>
  (
    given ??
    order.items.map(({ productCode }, index) => ({
      logisticsCompany: '日日顺物流',
      logisticsNo: `RRS${order.retailOrderNo.replaceAll(/\D/g, '')}${index + 1}`,
      snCode: `SN${productCode}${index + 1}`,
    }))
  ).map((parcel, index) => ({ ...parcel, deliveryRecordCode: `${order.retailOrderNo}.F${index + 1}` }));
