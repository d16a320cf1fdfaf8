import type { HttpBindings } from '@hono/node-server';
import { HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { PAYMENT_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';
import { healthRoutes } from '@orderbridge/service-kit/health';
import { Hono } from 'hono';
import { allowList } from '@orderbridge/service-kit/allow-list';
import type { GatewayContext } from './context.ts';
import { haierProvider } from './providers/haier.ts';
import { paymentProvider } from './providers/payment.ts';
import type { CallbackProvider, RefusalReason } from './providers/provider.ts';
import { type GatewayHandler, receiveCallback, requestOf } from './receive-callback.ts';
import { respond } from './respond.ts';

/** Every address of the gateway, each with and without the last slash (rulings.md "Callback addresses"). */
export function gatewayApp(ctx: GatewayContext): Hono<{ Bindings: HttpBindings }> {
  const { config, broker, spool } = ctx;
  const haier = receiveCallback(haierProvider(config.haier), allowList(config.haier.allowed), ctx);
  const payments = paymentHandlers(ctx);
  const unsupported = refuseAll('unsupported_provider', paymentProvider('generic', config.payment), ctx);

  const app = new Hono<{ Bindings: HttpBindings }>({ strict: false });
  for (const path of HAIER_CALLBACK_PATHS) app.all(path, haier);
  for (const prefix of PAYMENT_CALLBACK_PREFIXES) {
    app.all(`${prefix}/:provider`, (c) => (payments[c.req.param('provider')] ?? unsupported)(c));
  }
  for (const prefix of REFUND_CALLBACK_PREFIXES) app.all(`${prefix}/:provider`, unsupported);

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

  app.notFound(refuseAll('unknown_path', paymentProvider('generic', config.payment), ctx, 'none'));
  app.onError((error, c) => {
    const request = requestOf(c.env.incoming, ctx);
    const { provider, label } = answererOf(c.req.path, ctx);
    const answer = provider.refuse('cannot_keep', request.receivedAt);
    ctx.refused({ provider: label, reason: 'cannot_keep', error, ...request }, answer);
    return respond(answer, ctx.shutdown, 'cannot_keep');
  });
  return app;
}

/** By the name in the address; without a prototype, so that `constructor` is as unsupported as any other word. */
function paymentHandlers(ctx: GatewayContext): Record<string, GatewayHandler> {
  const { payment } = ctx.config;
  const generic = paymentProvider('generic', payment);
  const mock = paymentProvider('mock', payment);
  const allowed = allowList(payment.allowed);
  return Object.assign(Object.create(null), {
    generic: receiveCallback(generic, allowed, ctx),
    mock: payment.mock ? receiveCallback(mock, allowed, ctx) : refuseAll('provider_disabled', mock, ctx),
  });
}

/** Who answers at an address when its handler failed, and as whom that is counted. */
function answererOf(path: string, { config }: GatewayContext): { provider: CallbackProvider; label: string } {
  const address = path.replace(/\/$/, '');
  if (HAIER_CALLBACK_PATHS.some((known) => known === address))
    return { provider: haierProvider(config.haier), label: 'haier' };
  const payment = PAYMENT_CALLBACK_PREFIXES.find((prefix) => address.startsWith(`${prefix}/`));
  const name = payment && address.slice(payment.length + 1);
  // The label is one of a fixed set; whatever else stands in an address is `none`.
  return {
    provider: paymentProvider('generic', config.payment),
    label: name === 'generic' || name === 'mock' ? name : 'none',
  };
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

// Refund callbacks arrive with the providers that send them; until then they are refused by name.
const REFUND_CALLBACK_PREFIXES = ['/api/payments/refund-callback', '/api/v1/payments/refund-callback'];
