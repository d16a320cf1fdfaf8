import type { HttpBindings } from '@hono/node-server';
import { HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { PAYMENT_CALLBACK_PREFIXES, REFUND_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';
import { type CallbackEnvelope, PAYMENT_CALLBACK_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { Hono } from 'hono';
import { allowList } from '@orderbridge/service-kit/allow-list';
import type { GatewayContext } from './context.ts';
import { alipayProvider } from './providers/alipay.ts';
import { haierProvider } from './providers/haier.ts';
import { paymentProvider } from './providers/payment.ts';
import type { CallbackProvider, RefusalReason } from './providers/provider.ts';
import { wechatProvider } from './providers/wechat.ts';
import { type GatewayHandler, receiveCallback, requestOf } from './receive-callback.ts';
import { respond } from './respond.ts';

/** Every address of the gateway, each with and without the last slash (rulings.md "Callback addresses"). */
export function gatewayApp(ctx: GatewayContext): Hono<{ Bindings: HttpBindings }> {
  const { config, broker, spool } = ctx;
  const haier = receiveCallback(haierProvider(config.haier), allowList(config.haier.allowed), ctx);
  const providers = paymentProviders(ctx);
  const unsupported = refuseAll('unsupported_provider', providers.generic, ctx);

  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  for (const path of HAIER_CALLBACK_PATHS) app.all(path, haier);
  for (const [prefixes, topic] of TOPICS) {
    const handlers = paymentHandlers(providers, topic, ctx);
    for (const prefix of prefixes)
      app.all(`${prefix}/:provider`, (c) => (handlers[c.req.param('provider')] ?? unsupported)(c));
  }

  const nats = async () => {
    if (!broker.session) throw new Error('NATS is out of reach');
  };
  const disk = async () => {
    if (!spool.usable) throw new Error('the spool cannot be used');
  };
  app.route(
    '/',
    healthRoutes({
      checks: { nats, spool: disk },
      // Callbacks can be kept as long as one of the two works.
      ready: { keep: () => Promise.any([nats(), disk()]) },
      metrics: ctx.metrics,
      shutdown: ctx.shutdown,
      now: ctx.now,
    }),
  );

  app.notFound(refuseAll('unknown_path', providers.generic, ctx, 'none'));
  app.onError((error, c) => {
    const request = requestOf(c.env.incoming, ctx);
    const { provider, label } = answererOf(c.req.path, ctx, providers);
    const answer = provider.refuse('cannot_keep', request.receivedAt);
    ctx.refused({ provider: label, reason: 'cannot_keep', error, ...request }, answer);
    return respond(answer, ctx.shutdown, 'cannot_keep');
  });
  return app;
}

const TOPICS = [
  [PAYMENT_CALLBACK_PREFIXES, 'payment'],
  [REFUND_CALLBACK_PREFIXES, 'refund'],
] as const;

type PaymentProviderName = (typeof PAYMENT_CALLBACK_PROVIDERS)[number];

const paymentProviders = ({ config }: GatewayContext): Record<PaymentProviderName, CallbackProvider> => ({
  generic: paymentProvider('generic', config.payment),
  mock: paymentProvider('mock', config.payment),
  wechat: wechatProvider(config.wechat),
  alipay: alipayProvider(config.alipay),
});

/** By the name in the address; without a prototype, so that `constructor` is as unsupported as any other word. */
function paymentHandlers(
  providers: Record<PaymentProviderName, CallbackProvider>,
  topic: CallbackEnvelope['topic'],
  ctx: GatewayContext,
): Record<string, GatewayHandler> {
  const { payment, wechat, alipay } = ctx.config;
  const allowed = allowList(payment.allowed);
  const receive = (name: PaymentProviderName) => receiveCallback(providers[name], allowed, ctx, topic);
  return Object.assign(Object.create(null), {
    generic: receive('generic'),
    mock: payment.mock ? receive('mock') : refuseAll('provider_disabled', providers.mock, ctx),
    // Without a key nobody can be one of these.
    ...(wechat.keys.length > 0 ? { wechat: receive('wechat') } : {}),
    ...(alipay.key ? { alipay: receive('alipay') } : {}),
  });
}

/** Who answers at an address when its handler failed, and as whom that is counted. */
function answererOf(
  path: string,
  { config }: GatewayContext,
  providers: Record<PaymentProviderName, CallbackProvider>,
): { provider: CallbackProvider; label: string } {
  const address = path.replace(/\/$/, '');
  if (HAIER_CALLBACK_PATHS.some((known) => known === address))
    return { provider: haierProvider(config.haier), label: 'haier' };
  const prefix = [...PAYMENT_CALLBACK_PREFIXES, ...REFUND_CALLBACK_PREFIXES].find((known) =>
    address.startsWith(`${known}/`),
  );
  // The label is one of a fixed set; whatever else stands in an address is `none`.
  const name = PAYMENT_CALLBACK_PROVIDERS.find((known) => prefix && address.slice(prefix.length + 1) === known);
  return { provider: providers[name ?? 'generic'], label: name ?? 'none' };
}

/** Answers every POST with one refusal, without reading its body. */
function refuseAll(
  reason: RefusalReason,
  provider: CallbackProvider,
  ctx: GatewayContext,
  label = 'unknown',
): GatewayHandler {
  return async (c) => {
    const request = requestOf(c.env.incoming, ctx);
    const why = c.env.incoming.method === 'POST' || reason === 'unknown_path' ? reason : 'method_not_allowed';
    const answer = provider.refuse(why, request.receivedAt);
    ctx.refused({ provider: label, reason: why, ...request }, answer);
    return respond(answer, ctx.shutdown, why);
  };
}
