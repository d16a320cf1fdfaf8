import { AsyncLocalStorage } from 'node:async_hooks';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { HMAC_PAYMENT_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import { PAYMENT_CALLBACK_PREFIXES, PAYMENT_SIGNATURE_FIELDS } from '@orderbridge/contracts/payment-callback';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { MockUpstreamsConfig } from './config.ts';
import { playAlipay } from './alipay/alipay.ts';
import { complaint, readControl, repetition } from './control-input.ts';
import { faultControl } from './faults/fault-control.ts';
import { createFaultMenu, type Strike } from './faults/fault-menu.ts';
import { playFaults } from './faults/play-faults.ts';
import { withWrongCallbackSignature } from './faults/spoil-answer.ts';
import { haierFields } from './haier-callback-message.ts';
import { haierControl } from './haier/haier-control.ts';
import { playHaier } from './haier/haier.ts';
import { playHmacPay } from './hmac-pay/hmac-pay.ts';
import { keptList } from './kept-list.ts';
import { paymentControl } from './payment-control.ts';
import type { PlayedEdge, PlayedProvider } from './played-provider.ts';
import { type Copies, createCallbackPost } from './post-callbacks.ts';
import { type CallbackAnswer, formMessage, type Message } from './send-callback.ts';
import { playWechatPay } from './wechat-pay/wechat-pay.ts';
import { HAIER_SIGNINGS, PAYMENT_SIGNINGS, withHaierSign, withPaymentSignature } from './sign-callback.ts';
import { tokenControl } from './token-control.ts';
import { createOrderBook } from './ylh/order-book.ts';
import { createOrderPlay } from './ylh/play-order.ts';
import { createOrderTeller } from './ylh/tell-order-news.ts';
import { ylhControl } from './ylh/ylh-control.ts';
import { playYlh } from './ylh/ylh.ts';

export type MockUpstreamsOptions = {
  readonly config: MockUpstreamsConfig;
  readonly now: () => Date;
  /** One line for each piece of work. */
  readonly log: (event: string, fields: Record<string, string | number>) => void;
  /** When YLH repeats a callback that was not taken; default after 1, 5 and 30 s. */
  readonly repeatAfterMs?: readonly number[];
};

/**
 * The platforms' side of the wire. `/_control/…` tells it what to send, what to get wrong and shows what happened;
 * every other address but health belongs to the platforms it plays, and what is asked of it there is recorded.
 */
export function createMockUpstreams({ config, now, log, repeatAfterMs }: MockUpstreamsOptions): Hono {
  const requests = keptList<ReceivedRequest>(REQUESTS_KEPT, {
    chars: REQUESTS_KEPT_CHARS,
    of: ({ path, body }) => path.length + body.length,
  });
  const menu = createFaultMenu();
  /** The fault of the call that is being answered, for what its answer does not show. */
  const strikes = new AsyncLocalStorage<Strike>();
  const struck = () => strikes.getStore();
  const { sent, post } = createCallbackPost({ gatewayUrl: config.gatewayUrl, now, log });
  const send = async (provider: string, callback: { path: string; fields: FormFields }, copies: Copies) => ({
    sent: callback,
    answers: await post(provider, formMessage(callback.path, callback.fields), copies),
  });

  const edge: PlayedEdge = {
    now() {
      const strike = struck();
      return new Date(now().getTime() + (strike?.fault === 'skewed-clock' ? strike.skewMs : 0));
    },
    /** Banks take a while; then the provider tells by itself. */
    onRefund(provider, refundNo) {
      const strike = struck();
      if (strike?.fault === 'early-callback') strike.beforeAnswer.push(finish(provider, refundNo, strike));
      else if (config.refundsFinishAfterMs !== undefined)
        setTimeout(() => void finish(provider, refundNo, strike), config.refundsFinishAfterMs).unref();
    },
  };
  const hmac = HMAC_PAYMENT_PROVIDERS.map((name) => playHmacPay(edge, { name, secret: config.payment.secret }));
  const played: PlayedProvider[] = [
    ...hmac,
    ...(config.wechat ? [playWechatPay(edge, config.wechat)] : []),
    ...(config.alipay ? [playAlipay(edge, config.alipay)] : []),
  ];
  const finish = async (name: string, refundNo: string, strike: Strike | undefined) => {
    // The call that asked for the refund has still to say that it is under way.
    await Promise.resolve();
    const side = played.find((candidate) => candidate.name === name);
    const refund = side?.ledger.refunds.get(refundNo);
    if (!side || !refund || refund.status === 'failed') return;
    refund.status = 'succeeded';
    await tell(name, () => side.refundNews(refund), strike);
  };
  /** Writes what a payment provider has to say, and sends it as the faults of the call and of the address want it. */
  const tell = (provider: string, write: () => Message, ofCall?: Strike): Promise<CallbackAnswer[]> => {
    const strike = menu.strikeCallback(write().path, ofCall);
    const news = strike ? strikes.run(strike, write) : write();
    const copies = strike?.fault === 'duplicate-callback' ? 2 : 1;
    const message = strike?.fault === 'wrong-sign' ? withWrongCallbackSignature(news) : news;
    return post(provider, message, { copies, concurrency: copies });
  };

  const book = createOrderBook(now);
  const teller = createOrderTeller({
    now,
    strikeOf: (ofCall) => menu.strikeCallback(HAIER_CALLBACK, ofCall),
    repeatAfterMs: repeatAfterMs ?? REPEAT_AFTER_MS,
    async send(callback, how) {
      const fields = haierFields(callback, config.haier.appKey, how.now);
      const right = formMessage(HAIER_CALLBACK, withHaierSign(fields, config.haier.secret, 'right'));
      const message = how.isWronglySigned ? withWrongCallbackSignature(right) : right;
      return post('haier', message, { copies: how.copies, concurrency: how.copies });
    },
  });
  const play = createOrderPlay(book, teller);
  const ylh = config.ylh && playYlh({ now, struck, book, play }, config.ylh);
  const haier =
    config.haierPlatform &&
    playHaier(
      { now, struck, parcelsOf: (orderCode) => book.byRetailOrderNo(orderCode)?.parcels ?? [] },
      config.haierPlatform,
    );

  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: BODY_MAX_BYTES,
      onError: (c) => c.json(complaint('body', `is larger than ${BODY_MAX_BYTES} bytes`), 413),
    }),
  );

  app.get('/livez', (c) => c.json({ alive: true }));
  app.get('/readyz', (c) => c.json({ ready: true, waitingFor: [] }));
  app.get('/healthz', (c) =>
    c.json({
      success: true,
      code: 200,
      message: 'healthy',
      data: { status: 'healthy', timestamp: now().toISOString(), services: {} },
    }),
  );

  // A browser names the page that asks; whatever page is open on this machine must not pay orders of the demo.
  app.use('/_control/*', async (c, next) => {
    const isPage = c.req.header('origin') !== undefined || (c.req.header('sec-fetch-site') ?? 'none') !== 'none';
    if (isPage) return c.json(complaint('origin', 'pages of a browser are not taken; ask from a program'), 403);
    return next();
  });
  app.post('/_control/callbacks/haier', async (c) => {
    const order = await readControl(c, HaierCallbackOrder);
    if (!order.ok) return order.refusal;
    const { path, sign, copies, concurrency, ...callback } = order.value;
    const fields = withHaierSign(haierFields(callback, config.haier.appKey, now()), config.haier.secret, sign);
    return c.json(await send('haier', { path, fields }, { copies, concurrency: concurrency ?? copies }));
  });
  app.post('/_control/callbacks/payment', async (c) => {
    const order = await readControl(c, PaymentCallbackOrder);
    if (!order.ok) return order.refusal;
    const { provider, sign, copies, concurrency } = order.value;
    const path = `${PAYMENT_CALLBACK_PREFIXES[0]}/${provider}/`;
    const fields = withPaymentSignature(order.value.fields, config.payment.secret, sign);
    if (sign === 'right') hmac.find(({ name }) => name === provider)?.remember(order.value.fields);
    return c.json(await send(provider, { path, fields }, { copies, concurrency: concurrency ?? copies }));
  });
  app.route(
    '/',
    paymentControl(played, async (provider, message, copies, concurrency) => {
      // Each repetition is signed anew, so the copies of one message are messages of their own.
      const answers: CallbackAnswer[] = [];
      for (let first = 0; first < copies; first += concurrency) {
        const round = Array.from({ length: Math.min(concurrency, copies - first) }, () => tell(provider, message));
        answers.push(...(await Promise.all(round)).flat());
      }
      return answers;
    }),
  );
  app.route('/', faultControl(menu));
  app.route('/', tokenControl({ haier: haier?.tokens, ylh: ylh?.tokens }));
  if (haier) app.route('/', haierControl(haier));
  if (ylh) app.route('/', ylhControl(ylh, book, play));
  app.get('/_control/sent', (c) => c.json({ items: sent.items }));
  app.get('/_control/requests', (c) => c.json({ items: requests.items }));
  app.post('/_control/reset', (c) => {
    sent.clear();
    requests.clear();
    menu.forget();
    teller.forget();
    book.forget();
    haier?.forget();
    ylh?.forget();
    for (const { ledger } of played) ledger.forget();
    return c.json({ reset: true });
  });
  app.all('/_control/*', (c) => c.json(complaint('path', `there is no ${c.req.method} ${c.req.path}`), 404));

  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const body = await c.req.text();
    const received = {
      method: c.req.method,
      path: pathname + search,
      headers: c.req.header(),
      body,
      receivedAt: now().toISOString(),
    };
    requests.add(received);
    await next();
  });
  app.use(playFaults(menu, strikes));
  for (const { routes } of [...played, ...(haier ? [haier] : []), ...(ylh ? [ylh] : [])]) app.route('/', routes);
  app.notFound((c) => c.json(complaint('path', `no platform is played at ${c.req.path}`), 404));
  return app;
}

/** Where YLH tells of orders. */
const HAIER_CALLBACK = `${HAIER_CALLBACK_PATHS[0]}/`;

const BODY_MAX_BYTES = 1024 * 1024;
const REQUESTS_KEPT = 20_000;
const REQUESTS_KEPT_CHARS = 32 * 1024 * 1024;
const REPEAT_AFTER_MS = [1_000, 5_000, 30_000];

const code = z.string().min(1).max(200);

const Quantity = z.number().int().min(0);
const HaierItem = z.strictObject({
  productCode: code,
  totalQty: Quantity,
  receiveQty: Quantity.optional(),
  returnQty: Quantity.optional(),
  rejectQty: Quantity.optional(),
});

/** What `POST /_control/callbacks/haier` takes. Methods and states that no platform knows can be sent too. */
export const HaierCallbackOrder = z.strictObject({
  platformOrderNo: code,
  extOrderNo: z.string().max(200).optional(),
  method: code.default('hmm.scm_heorder.confirm'),
  state: z.union([z.number().int(), z.string().max(20)]).default(1),
  failMsg: z.string().max(2_000).optional(),
  /** An array, or the JSON text of one: the platform writes both. */
  itemList: z.union([z.array(HaierItem).max(200), z.string().max(50_000)]).optional(),
  timeStamp: z
    .string()
    .regex(/^\d{14}$/, 'is not yyyyMMddHHmmss')
    .optional(),
  path: z.enum(HAIER_CALLBACK_PATHS.flatMap((path) => [`${path}/`, path])).default(`${HAIER_CALLBACK_PATHS[0]}/`),
  sign: z.enum(HAIER_SIGNINGS).default('right'),
  ...repetition,
});
export type HaierCallbackOrder = z.input<typeof HaierCallbackOrder>;

/** What `POST /_control/callbacks/payment` takes; the signature is added here. */
export const PaymentCallbackOrder = z.strictObject({
  provider: z.enum(HMAC_PAYMENT_PROVIDERS),
  fields: z
    .record(code, z.string().max(2_000))
    .refine((fields) => Object.keys(fields).length > 0, 'holds nothing to send')
    .refine(
      (fields) => PAYMENT_SIGNATURE_FIELDS.every((name) => !(name in fields)),
      'is signed here: leave the signature out',
    ),
  sign: z.enum(PAYMENT_SIGNINGS).default('right'),
  ...repetition,
});
export type PaymentCallbackOrder = z.input<typeof PaymentCallbackOrder>;

/** What both control addresses answer. */
export type SendReport = { sent: { path: string; fields: Record<string, string> }; answers: CallbackAnswer[] };

type ReceivedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  receivedAt: string;
};
