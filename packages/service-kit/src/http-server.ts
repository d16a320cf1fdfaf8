import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export type HttpServerOptions = {
  host: string;
  port: number;
  /** Environment variable that sets the port, named when the port is taken. */
  portVariable: string;
  /** How long a request may take to arrive whole; the default suits APIs. */
  requestTimeoutMs?: number;
};

export type HttpServer = { readonly port: number; close: () => Promise<void> };

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CLOSE_IDLE_EVERY_MS = 50;

/**
 * Serves a Hono app; resolves once it listens. `close` stops accepting, lets running requests end and closes
 * idle connections.
 * @throws Error with one line naming the variable when the port is taken
 */
export async function serveHttp(app: Hono<any>, options: HttpServerOptions): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    },
  }) as Server;
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
