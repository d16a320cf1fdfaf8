import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { formatHaierTime, HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { HMAC_PAYMENT_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import { PAYMENT_CALLBACK_PREFIXES, PAYMENT_SIGNATURE_FIELDS } from '@orderbridge/contracts/payment-callback';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { MockUpstreamsConfig } from './config.ts';
import { playAlipay } from './alipay/alipay.ts';
import { complaint, readControl, repetition } from './control-input.ts';
import { playHmacPay } from './hmac-pay/hmac-pay.ts';
import { paymentControl } from './payment-control.ts';
import type { PlayedEdge, PlayedProvider } from './played-provider.ts';
import { formMessage, type Message, sendCallback, type CallbackAnswer, type SendOptions } from './send-callback.ts';
import { playWechatPay } from './wechat-pay/wechat-pay.ts';
import { HAIER_SIGNINGS, PAYMENT_SIGNINGS, withHaierSign, withPaymentSignature } from './sign-callback.ts';

export type MockUpstreamsOptions = {
  readonly config: MockUpstreamsConfig;
  readonly now: () => Date;
  /** One line for each piece of work. */
  readonly log: (event: string, fields: Record<string, string | number>) => void;
};

/**
 * The platforms' side of the wire. `/_control/…` tells it what to send and shows what happened; every other
 * address but health belongs to the platforms it plays, and what is asked of it there is recorded.
 */
export function createMockUpstreams({ config, now, log }: MockUpstreamsOptions): Hono {
  const sent: SentCallback[] = [];
  const requests: ReceivedRequest[] = [];

  const post = async (provider: string, message: Message, copies: Copies) => {
    const sentAt = now().toISOString();
    const answers = await sendCallback(message, { gatewayUrl: config.gatewayUrl, ...copies });
    const { path, fields } = message;
    keepNewest(sent, { provider, path, fields, sentAt, answers }, SENT_KEPT);
    log('callback sent', { provider, path, count: answers.length, status: answers[0]?.status ?? 0 });
    return answers;
  };
  const send = async (provider: string, callback: { path: string; fields: FormFields }, copies: Copies) => ({
    sent: callback,
    answers: await post(provider, formMessage(callback.path, callback.fields), copies),
  });

  const edge: PlayedEdge = { now, onRefund: (provider, refundNo) => finishLater(provider, refundNo) };
  const hmac = HMAC_PAYMENT_PROVIDERS.map((name) => playHmacPay(edge, { name, secret: config.payment.secret }));
  const played: PlayedProvider[] = [
    ...hmac,
    ...(config.wechat ? [playWechatPay(edge, config.wechat)] : []),
    ...(config.alipay ? [playAlipay(edge, config.alipay)] : []),
  ];
  /** Banks take a while; then the provider tells by itself. */
  const finishLater = (name: string, refundNo: string) => {
    if (config.refundsFinishAfterMs === undefined) return;
    setTimeout(() => {
      const side = played.find((candidate) => candidate.name === name);
      const refund = side?.ledger.refunds.get(refundNo);
      if (!side || !refund || refund.status === 'failed') return;
      refund.status = 'succeeded';
      void post(name, side.refundNews(refund), { copies: 1, concurrency: 1 });
    }, config.refundsFinishAfterMs).unref();
  };

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
        const round = Array.from({ length: Math.min(concurrency, copies - first) }, () =>
          post(provider, message(), { copies: 1, concurrency: 1 }),
        );
        answers.push(...(await Promise.all(round)).flat());
      }
      return answers;
    }),
  );
  app.get('/_control/sent', (c) => c.json({ items: sent }));
  app.get('/_control/requests', (c) => c.json({ items: requests }));
  app.post('/_control/reset', (c) => {
    sent.length = 0;
    requests.length = 0;
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
    keepNewest(requests, received, REQUESTS_KEPT);
    await next();
  });
  for (const { routes } of played) app.route('/', routes);
  app.notFound((c) => c.json(complaint('path', `no platform is played at ${c.req.path}`), 404));
  return app;
}

const BODY_MAX_BYTES = 1024 * 1024;
const SENT_KEPT = 1_000;
const REQUESTS_KEPT = 10_000;

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

function haierFields(callback: HaierCallback, appKey: string, now: Date): FormFields {
  const data = {
    ExtOrderNo: callback.extOrderNo,
    PlatformOrderNo: callback.platformOrderNo,
    State: callback.state,
    FailMsg: callback.failMsg,
    itemList: callback.itemList,
  };
  return {
    AppKey: appKey,
    TimeStamp: callback.timeStamp ?? formatHaierTime(now),
    Method: callback.method,
    Data: JSON.stringify(data),
  };
}

function keepNewest<T>(items: T[], item: T, most: number): void {
  items.push(item);
  if (items.length > most) items.shift();
}

type Copies = Pick<SendOptions, 'copies' | 'concurrency'>;
type HaierCallback = Omit<z.output<typeof HaierCallbackOrder>, 'path' | 'sign' | 'copies' | 'concurrency'>;
type SentCallback = { provider: string; path: string; fields: FormFields; sentAt: string; answers: CallbackAnswer[] };
type ReceivedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  receivedAt: string;
};
