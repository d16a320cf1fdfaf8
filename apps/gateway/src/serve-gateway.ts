import { type HttpServer, serveHttp } from '@orderbridge/service-kit/http-server';
import { gatewayApp } from './app.ts';
import type { GatewayContext } from './context.ts';

/** Listens; what never becomes a request (broken HTTP) leaves the same traces as a refused one. */
export function serveGateway(ctx: GatewayContext): Promise<HttpServer> {
  const { host, port } = ctx.config;
  return serveHttp(gatewayApp(ctx), {
    host,
    port,
    portVariable: 'GATEWAY_PORT',
    onUnreadable: (cause, source = 'unknown') =>
      ctx.refused(
        { provider: 'none', reason: 'unreadable_request', source, path: '', receivedAt: ctx.now() },
        { status: 400, body: cause },
      ),
  });
}
