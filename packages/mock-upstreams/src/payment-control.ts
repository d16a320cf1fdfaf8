import { PAYMENT_CALLBACK_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { complaint, readControl, repetition } from './control-input.ts';
import type { PlayedPayment, PlayedRefund } from './ledger.ts';
import type { PlayedProvider } from './played-provider.ts';
import type { CallbackAnswer, Message } from './send-callback.ts';

const code = z.string().min(1).max(200);
const provider = z.enum(PAYMENT_CALLBACK_PROVIDERS);

/** What `POST /_control/payments/pay` takes: what the buyer did, and whether the provider tells of it. */
export const PayOrder = z.strictObject({
  provider,
  outTradeNo: code,
  /** Default what the payment is for. Needed where the provider has not heard of the payment yet. */
  amountFen: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  state: z.enum(['succeeded', 'failed', 'cancelled', 'expired', 'processing', 'unknown']).default('succeeded'),
  /** Said in place of the provider's own word for that state. */
  statusText: code.optional(),
  /** Of the money; a second one stands for money that came once more. */
  transactionId: code.optional(),
  /** Our public id of the payment, which the generic and mock providers carry. */
  paymentId: z.uuid().optional(),
  notify: z.boolean().default(true),
  ...repetition,
});
export type PayOrder = z.input<typeof PayOrder>;

/** What `POST /_control/refunds/finish` takes. */
export const FinishOrder = z.strictObject({
  provider,
  refundNo: code,
  status: z.enum(['succeeded', 'failed', 'unknown']).default('succeeded'),
  notify: z.boolean().default(true),
  ...repetition,
});
export type FinishOrder = z.input<typeof FinishOrder>;

/** What both answer; `answers` is empty when nothing was sent. */
export type PaymentReport = { payment?: PlayedPayment; refund?: PlayedRefund; answers: CallbackAnswer[] };

type Send = (
  provider: string,
  message: () => Message,
  copies: number,
  concurrency: number,
) => Promise<CallbackAnswer[]>;

/** The buyer's and the bank's side of the played providers, under `/_control/`. */
export function paymentControl(played: readonly PlayedProvider[], send: Send): Hono {
  const app = new Hono();
  const find = (name: string) => played.find((candidate) => candidate.name === name);

  app.post('/_control/payments/pay', async (c) => {
    const order = await readControl(c, PayOrder);
    if (!order.ok) return order.refusal;
    const { provider: name, outTradeNo, notify, copies, concurrency, paymentId, ...paid } = order.value;
    const side = find(name);
    if (!side) return notPlayed(c, name);
    const payment =
      side.ledger.payments.get(outTradeNo) ??
      (side.opensByItself && paid.amountFen !== undefined
        ? side.ledger.open({ outTradeNo, amountFen: paid.amountFen, terms: '' })
        : undefined);
    if (!payment) return c.json(complaint('outTradeNo', `${name} knows no such payment`), 404);
    side.ledger.pay(payment, paid);
    const news = () => side.paymentNews(payment, paymentId);
    const answers = notify ? await send(name, news, copies, concurrency ?? copies) : [];
    return c.json({ payment, answers } satisfies PaymentReport);
  });

  app.post('/_control/refunds/finish', async (c) => {
    const order = await readControl(c, FinishOrder);
    if (!order.ok) return order.refusal;
    const { provider: name, refundNo, status, notify, copies, concurrency } = order.value;
    const side = find(name);
    if (!side) return notPlayed(c, name);
    const refund = side.ledger.refunds.get(refundNo);
    if (!refund) return c.json(complaint('refundNo', `${name} knows no such refund`), 404);
    refund.status = status;
    const answers = notify ? await send(name, () => side.refundNews(refund), copies, concurrency ?? copies) : [];
    return c.json({ refund, answers } satisfies PaymentReport);
  });

  app.get('/_control/payments', (c) =>
    c.json({
      items: played.map(({ name, ledger }) => ({
        provider: name,
        payments: [...ledger.payments.values()],
        refunds: [...ledger.refunds.values()],
      })),
    }),
  );
  return app;
}

const notPlayed = (c: Context, name: string) =>
  c.json(complaint('provider', `${name} is not played: its settings are missing`), 404);
