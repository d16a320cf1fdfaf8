import type { HaierMethod } from '@orderbridge/contracts/haier-callback';
import type { Strike } from '../faults/fault-menu.ts';
import type { HaierCallback } from '../haier-callback-message.ts';
import type { CallbackAnswer } from '../send-callback.ts';
import type { PlayedOrder } from './order-book.ts';

/** What is said of one order, in one callback. */
export type OrderNews = {
  readonly method: HaierMethod;
  readonly state: 0 | 1 | 2;
  readonly failMsg?: string | undefined;
  readonly itemList?: readonly ItemCount[] | undefined;
};

/** Quantities as the platform counts them now; it sends totals, never differences. */
export type ItemCount = {
  readonly productCode: string;
  readonly totalQty: number;
  readonly receiveQty: number;
  readonly returnQty: number;
  readonly rejectQty: number;
};

export type TellEdge = {
  readonly now: () => Date;
  /** The fault of a callback that answers a call with this fault. */
  readonly strikeOf: (ofCall: Strike | undefined) => Strike | undefined;
  /** Signs and sends; `copies` of them at once. */
  readonly send: (
    callback: HaierCallback,
    how: { now: Date; copies: number; isWronglySigned: boolean },
  ) => Promise<CallbackAnswer[]>;
  /** After which times a callback that was not taken is sent again, counted from the answer before. */
  readonly repeatAfterMs: readonly number[];
};

/** How long a callback waits for a newer one about the same order when they are to change places. */
const HELD_MS = 10_000;

/** How many callbacks about one order it remembers; the oldest are forgotten first. */
const TOLD_KEPT = 100;

/** Tells the gateway what happened to orders, as the faults of the calls about them want it. */
export function createOrderTeller({ now, strikeOf, send, repeatAfterMs }: TellEdge) {
  const held = new Map<PlayedOrder, () => Promise<CallbackAnswer[]>>();
  let life = {};

  /** Sends it once. Answers whether it need not be sent again, too. */
  const sendOnce = async ({ order, callback, strike, sentAs }: Telling) => {
    const isWronglySigned = strike?.fault === 'wrong-sign';
    const copies = strike?.fault === 'duplicate-callback' ? 2 : 1;
    const sentAt = now().toISOString();
    const answers = await send(callback, { now: sentAs, copies, isWronglySigned });
    order.told.push({ method: callback.method, state: Number(callback.state), sentAt, answers });
    if (order.told.length > TOLD_KEPT) order.told.shift();
    // Nobody takes a wrong signature the second time either.
    return { answers, isOver: isWronglySigned || answers.some(wasTaken) };
  };

  const sendUntilTaken = async (telling: Telling) => {
    const livesIn = life;
    const repeat = (isOver: boolean, [nextMs, ...later]: readonly number[]) => {
      if (isOver || nextMs === undefined) return;
      setTimeout(async () => {
        if (life === livesIn) repeat((await sendOnce(telling)).isOver, later);
      }, nextMs).unref();
    };
    const { answers, isOver } = await sendOnce(telling);
    repeat(isOver, repeatAfterMs);
    return answers;
  };

  return {
    /** Sends it, then what was held back for it. Answers what came back for this one; nothing when it is held back. */
    async tell(order: PlayedOrder, news: OrderNews, ofCall: Strike | undefined): Promise<CallbackAnswer[]> {
      const strike = strikeOf(ofCall);
      const sentAs = new Date(now().getTime() + (strike?.fault === 'skewed-clock' ? strike.skewMs : 0));
      const telling = { order, callback: callbackOf(order, news), strike, sentAs };
      const older = held.get(order);
      held.delete(order);
      if (strike?.fault === 'reordered-callback' && !older) {
        const sendHeld = () => sendUntilTaken(telling);
        held.set(order, sendHeld);
        setTimeout(() => {
          if (held.get(order) !== sendHeld) return;
          held.delete(order);
          void sendHeld();
        }, strike.delayMs ?? HELD_MS).unref();
        return [];
      }
      const answers = await sendUntilTaken(telling);
      await older?.();
      return answers;
    },

    /** Ends what is held back or waits to be sent again. */
    forget(): void {
      held.clear();
      life = {};
    },
  };
}
export type OrderTeller = ReturnType<typeof createOrderTeller>;

/** A refused order has no Haier order number worth telling (domain.md §2.3, V2). */
const callbackOf = (order: PlayedOrder, { method, state, failMsg, itemList }: OrderNews): HaierCallback => ({
  platformOrderNo: order.onlineNo,
  extOrderNo: state === 0 && method === 'hmm.scm_heorder.confirm' ? '' : order.retailOrderNo,
  method,
  state,
  failMsg,
  itemList,
});

type Telling = {
  readonly order: PlayedOrder;
  readonly callback: HaierCallback;
  readonly strike: Strike | undefined;
  /** The platform's own idea of the time. */
  readonly sentAs: Date;
};

const wasTaken = ({ status, body }: CallbackAnswer): boolean =>
  status === 200 && (body as { success?: unknown } | null)?.success === true;
