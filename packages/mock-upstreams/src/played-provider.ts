import type { PAYMENT_CALLBACK_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import type { Hono } from 'hono';
import type { Ledger, PlayedPayment, PlayedRefund } from './ledger.ts';
import type { Message } from './send-callback.ts';

/** A payment provider as it is played here: what it answers, what it remembers, and what it tells by itself. */
export type PlayedProvider = {
  readonly name: (typeof PAYMENT_CALLBACK_PROVIDERS)[number];
  readonly ledger: Ledger;
  readonly routes: Hono;
  /** Whether a buyer can pay what the merchant never opened, because a browser brings the terms. */
  readonly opensByItself: boolean;
  /** Signed anew on each call, as the providers do when they repeat themselves. */
  readonly paymentNews: (payment: PlayedPayment, paymentId?: string) => Message;
  readonly refundNews: (refund: PlayedRefund) => Message;
};

/** What the played providers share. */
export type PlayedEdge = {
  readonly now: () => Date;
  /** Called with every refund that was taken and is under way. */
  readonly onRefund: (provider: PlayedProvider['name'], refundNo: string) => void;
};
