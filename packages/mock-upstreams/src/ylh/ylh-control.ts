import { Hono } from 'hono';
import { z } from 'zod';
import { complaint, readControl } from '../control-input.ts';
import type { CallbackAnswer } from '../send-callback.ts';
import type { OrderBook, PlayedOrder } from './order-book.ts';
import { ORDER_STEPS, type OrderPlay } from './play-order.ts';
import { YlhOrder, type PlayedYlh } from './ylh.ts';

const code = z.string().min(1).max(200);
const quantity = z.number().int().min(0).max(1_000_000);

/** What `POST /_control/orders/<step>` takes. */
export const StepOrder = z.strictObject({
  soId: code,
  /** The platform's words, where the step has some. */
  failMsg: z.string().max(2_000).optional(),
  /** Of a cancel: what became of each item; what is not named was turned back whole. */
  items: z
    .array(
      z.strictObject({
        productCode: code,
        receiveQty: quantity.default(0),
        returnQty: quantity.default(0),
        rejectQty: quantity.default(0),
      }),
    )
    .max(200)
    .optional(),
  /** Of a delivery; default one for each item. */
  parcels: z
    .array(z.strictObject({ logisticsCompany: code, logisticsNo: code, snCode: z.string().max(200).default('') }))
    .min(1)
    .max(100)
    .optional(),
});
export type StepOrder = z.input<typeof StepOrder>;

/** What each step answers; `answers` is empty when nothing was sent. */
export type StepReport = { order: PlayedOrder; answers: CallbackAnswer[] };

/** The platform's own side of the orders, under `/_control/`. */
export function ylhControl(ylh: PlayedYlh, book: OrderBook, play: OrderPlay): Hono {
  const app = new Hono();
  for (const step of ORDER_STEPS)
    app.post(`/_control/orders/${step}`, async (c) => {
      const told = await readControl(c, StepOrder);
      if (!told.ok) return told.refusal;
      const { soId, ...details } = told.value;
      const order = book.bySoId(soId);
      if (!order) return c.json(complaint('soId', 'ylh has taken no such order'), 404);
      const { state } = order;
      const { moved, answers } = await play.step(order, step, details);
      if (!moved) return c.json({ error: 'wrong_state', fields: [{ path: 'soId', message: `is ${state}` }] }, 409);
      return c.json({ order, answers } satisfies StepReport);
    });

  app.get('/_control/orders', (c) => {
    const soId = c.req.query('soId');
    return c.json({ items: [...book.orders.values()].filter((order) => soId === undefined || order.soId === soId) });
  });

  app.post('/_control/ylh', async (c) => {
    const told = await readControl(c, YlhOrder);
    return told.ok ? c.json({ settings: ylh.set(told.value) }) : told.refusal;
  });
  return app;
}
