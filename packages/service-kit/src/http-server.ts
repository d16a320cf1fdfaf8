import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';

export type HttpServerOptions = {
  host: string;
  port: number;
  /** Environment variable that sets the port, named when the port is taken. */
  portVariable: string;
  /** How long a request may take to arrive whole; the default suits APIs. */
  requestTimeoutMs?: number;
  /** Called for what never became a request (broken HTTP, headers too big or too slow), after it was answered. */
  onUnreadable?: (reason: string, source: string | undefined) => void;
};

export type HttpServer = { readonly port: number; close: () => Promise<void> };

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CLOSE_IDLE_EVERY_MS = 50;
/** Node looks for slow requests every 30 s by default, which would make a timeout of 5 s one of up to 35 s. */
const CHECK_TIMEOUTS_EVERY_MS = 1_000;

/**
 * Serves a Hono app; resolves once it listens. `close` stops accepting, lets running requests end and closes
 * idle connections.
 * @throws Error with one line naming the variable when the port is taken
 */
export async function serveHttp(app: Hono<any>, options: HttpServerOptions): Promise<HttpServer> {
  const listener = getRequestListener(app.fetch, {
    // HTTP/1.0 knows no Host header.
    hostname: 'localhost',
    errorHandler: (error) => {
      // Node let it pass, but its target or host makes no URL.
      options.onUnreadable?.('request target', undefined);
      return new Response(null, { status: error instanceof RequestError ? 400 : 500 });
    },
  });
  const newest = new WeakMap<Duplex, IncomingMessage>();
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
    },
    (incoming, outgoing) => {
      newest.set(incoming.socket, incoming);
      return listener(incoming, outgoing);
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Broken in the middle of a body: whoever reads that body hears of it.
    const hasReader = newest.get(socket)?.complete === false;
    answerUnreadable(error, socket, hasReader ? undefined : options.onUnreadable);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `${options.portVariable} ${options.port} is taken; stop what listens there or choose another port`,
            )
          : error,
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
        server.close(() => {
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

// What Node answers without a listener, and the news of it; a connection that broke by itself is no request.
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, tell: HttpServerOptions['onUnreadable']): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${UNREADABLE_STATUS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`, () =>
    socket.destroy(),
  );
  tell?.(
    error.code ?? 'unreadable',
    'remoteAddress' in socket ? (socket.remoteAddress as string | undefined) : undefined,
  );
}

const UNREADABLE_STATUS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
