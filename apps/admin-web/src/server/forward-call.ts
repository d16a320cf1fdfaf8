import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { randomUUID } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Log } from './json-log.ts';
import { type Refusal, trpcError } from './trpc-error.ts';

export type ForwardOptions = {
  /** Where each service listens, by the name it has in our addresses. */
  services: Readonly<Record<string, URL>>;
  /** How long a service may be silent, an event stream excepted. */
  timeoutMs: number;
  /** Ends open event streams when the server goes down; nothing else would. */
  shutdown: AbortSignal;
  log: Log;
};

const BODY_MAX_BYTES = 1024 * 1024;

/** Where a request of ours belongs: the service by name, and the path there; undefined when there is no such call. */
type Destination = { service: string; procedure: string; path: string | undefined; methods: readonly string[] };

/**
 * Hands `/trpc/<service>/<procedure>` to that service's `/trpc/<procedure>`, and `/exports/<file>` to orders, and the
 * answer back, as they are.
 */
export function forwardCalls(options: ForwardOptions) {
  const forward = forwardTo(options);
  return {
    calls: (c: Context): Promise<Response> => {
      const { service = '', procedure = '' } = c.req.param() as Record<string, string | undefined>;
      // One procedure per request: a comma would be a batch, which nobody here sends.
      const path = /^\w+(\.\w+)*$/.test(procedure) ? `/trpc/${procedure}` : undefined;
      return forward(c, { service, procedure, path, methods: ['GET', 'POST'] });
    },
    exports: (c: Context): Promise<Response> => {
      const { file = '' } = c.req.param() as Record<string, string | undefined>;
      const path = /^[a-z]+\.(csv|zip)$/.test(file) ? `/exports/${file}` : undefined;
      return forward(c, { service: 'orders', procedure: `export.${file}`, path, methods: ['GET'] });
    },
  };
}

function forwardTo({ services, timeoutMs, shutdown, log }: ForwardOptions) {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

  return async function forwardCall(c: Context, { service, procedure, path, methods }: Destination): Promise<Response> {
    const startedMs = performance.now();
    const requestId = randomUUID();
    const report = (status: number, reason?: string) =>
      log[status >= 500 ? 'warn' : 'info']('call forwarded', {
        service: service.slice(0, 40),
        procedure: procedure.slice(0, 100),
        method: c.req.method,
        status,
        durationMs: Math.round(performance.now() - startedMs),
        requestId,
        ...(reason !== undefined && { reason }),
      });
    const refuse = (refusal: Refusal, reason: string) => {
      report(refusal.httpStatus, reason);
      return trpcError(refusal, requestId);
    };

    const base = Object.hasOwn(services, service) ? services[service] : undefined;
    if (!base || path === undefined) return refuse(NO_SUCH_CALL, 'no such call');
    if (!methods.includes(c.req.raw.method)) return refuse(wrongMethod(methods), 'wrong method');
    if (isFromElsewhere(c)) return refuse(FOREIGN_PAGE, 'another origin');

    const body = c.req.method === 'POST' ? await readBody(c) : EMPTY;
    if (body === 'too large') return refuse(TOO_LARGE, body);
    if (body === 'broken off') return refuse(BROKEN_OFF, body);

    const target = new URL(`${path}${new URL(c.req.url).search}`, base);
    const answer = await ask(target, {
      method: c.req.method,
      headers: forwardedHeaders(c, body, requestId),
      body,
      agent: target.protocol === 'https:' ? agents['https:'] : agents['http:'],
      timeoutMs,
      signal: c.req.raw.signal,
    });
    if (answer === 'timeout') return refuse(noAnswer(service), 'timeout');
    if (answer === 'unreachable') return refuse(unreachable(service), 'unreachable');
    if (isEventStream(answer)) addAbortSignal(shutdown, answer);
    report(answer.statusCode ?? 502);
    return new Response(bodyOf(answer), { status: answer.statusCode ?? 502, headers: endToEnd(answer, requestId) });
  };
}

/** Pages of other sites, and of other ports of this host, may not call in a signed-in person's name. */
function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = c.req.header('origin');
  return origin !== undefined && URL.parse(origin)?.host !== c.req.header('host');
}

async function readBody(c: Context): Promise<Buffer | 'too large' | 'broken off'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > BODY_MAX_BYTES) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    return 'broken off';
  }
  return Buffer.concat(chunks);
}

type Question = {
  method: string;
  headers: OutgoingHttpHeaders;
  body: Buffer;
  agent: HttpAgent | HttpsAgent;
  timeoutMs: number;
  signal: AbortSignal;
};

/** Resolves with the answer's head; the rest streams. A client that leaves takes the question with it. */
function ask(target: URL, { method, headers, body, agent, timeoutMs, signal }: Question) {
  return new Promise<IncomingMessage | 'timeout' | 'unreachable'>((resolve) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const question = send(target, { method, headers, agent, signal });
    question.setTimeout(timeoutMs, () => {
      resolve('timeout');
      question.destroy();
    });
    question.on('error', () => resolve('unreachable'));
    question.on('response', (answer) => {
      // A person may keep a file's download waiting as well; a service that died closes the connection.
      if (isEventStream(answer) || isFile(answer)) question.setTimeout(0);
      resolve(answer);
    });
    question.end(body);
  });
}

/** Streams chunk by chunk with backpressure; a reader that cancels closes the connection to the service. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        // An event stream is open-ended, so its end is no lie and the browser connects again. A cut-off answer is one.
        if (isEventStream(answer)) controller.close();
        else controller.error(error);
      }
    },
    cancel() {
      answer.destroy();
    },
  });
}

const isEventStream = (answer: IncomingMessage) => answer.headers['content-type']?.startsWith('text/event-stream');

const isFile = (answer: IncomingMessage) => answer.headers['content-disposition']?.startsWith('attachment');

/** Headers of RFC 9110 §7.6.1 that are about one connection only, and those written anew below. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
]);

function forwardedHeaders(c: Context, body: Buffer, requestId: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const perConnection = namedByConnection(c.req.header('connection'));
  for (const [name, value] of c.req.raw.headers) {
    if (!NOT_FORWARDED.has(name) && !perConnection.has(name)) headers[name] = value;
  }
  const client = getConnInfo(c).remote.address;
  // Appended, never replaced: a service that walks from the right past its trusted proxies finds the true address.
  headers['x-forwarded-for'] = [c.req.header('x-forwarded-for'), client].filter(Boolean).join(', ');
  headers['x-forwarded-proto'] = c.req.header('x-forwarded-proto') === 'https' ? 'https' : 'http';
  headers['x-forwarded-host'] = c.req.header('host');
  headers['x-request-id'] = requestId;
  if (c.req.method === 'POST') headers['content-length'] = body.byteLength;
  return headers;
}

function endToEnd(answer: IncomingMessage, requestId: string): Headers {
  const headers = new Headers();
  const perConnection = namedByConnection(answer.headers.connection);
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    if ((NOT_FORWARDED.has(name) && name !== 'content-length') || perConnection.has(name)) continue;
    for (const value of values) headers.append(name, value);
  }
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (!headers.has('x-request-id')) headers.set('x-request-id', requestId);
  return headers;
}

const namedByConnection = (connection: string | undefined) =>
  new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));

const EMPTY = Buffer.alloc(0);

const NO_SUCH_CALL: Refusal = {
  httpStatus: 404,
  errorCode: 'NOT_FOUND',
  message: '没有这个接口',
  messageEn: 'There is no such call.',
};
const wrongMethod = (methods: readonly string[]): Refusal => ({
  httpStatus: 405,
  errorCode: 'BAD_INPUT',
  message: `只接受 ${methods.join(' 和 ')} 请求`,
  messageEn: `Only ${methods.join(' and ')} ${methods.length > 1 ? 'are' : 'is'} accepted.`,
});
const FOREIGN_PAGE: Refusal = {
  httpStatus: 403,
  errorCode: 'NOT_ALLOWED',
  message: '不接受来自其他网站页面的请求',
  messageEn: 'Requests from pages of other sites are not accepted.',
};
const TOO_LARGE: Refusal = {
  httpStatus: 413,
  errorCode: 'BAD_INPUT',
  message: '请求内容超过 1 MiB',
  messageEn: 'The request is larger than 1 MiB.',
};
const BROKEN_OFF: Refusal = {
  httpStatus: 400,
  errorCode: 'BAD_INPUT',
  message: '请求没有传完',
  messageEn: 'The request broke off.',
};

const SERVICE_NAMES: Readonly<Record<string, { zh: string; en: string }>> = {
  orders: { zh: '订单服务', en: 'The orders service' },
  integrations: { zh: '对接服务', en: 'The integrations service' },
};

const unreachable = (service: string): Refusal => ({
  httpStatus: 502,
  errorCode: 'UNAVAILABLE',
  message: `${SERVICE_NAMES[service]?.zh ?? service}暂时连接不上，请稍后重试`,
  messageEn: `${SERVICE_NAMES[service]?.en ?? service} cannot be reached right now. Try again in a moment.`,
});
const noAnswer = (service: string): Refusal => ({
  httpStatus: 504,
  errorCode: 'UNAVAILABLE',
  message: `${SERVICE_NAMES[service]?.zh ?? service}没有及时答复，操作可能已经生效，请刷新后确认`,
  messageEn: `${SERVICE_NAMES[service]?.en ?? service} did not answer in time. The action may have taken effect: reload and check.`,
});
