import { isUtf8 } from 'node:buffer';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, request as send } from 'undici';
import { inRanges, parseAddress, parseCidrs } from './allow-list.ts';

/** What an outbound client may reach and how long it may take. */
export type OutboundRules = {
  /** Whole time of one call, from looking up the name to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Hosts that may be called without TLS; everything else needs https (P14). */
  readonly plainHttpHosts: readonly string[];
  /** Hosts that may have an address which is not public: loopback, private, link-local and the like (P14). */
  readonly privateHosts: readonly string[];
  /** When given, only these hosts may be called, and those named above, which somebody chose one by one. */
  readonly hosts?: readonly string[] | undefined;
  /** The longest answer that is taken, 1 MiB unless told; a longer one is broken off. */
  readonly answerMaxBytes?: number | undefined;
};

export type OutboundRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For this call, instead of `OutboundRules.timeoutMs`; only ever less. */
  readonly timeoutMs?: number | undefined;
  /** Breaks the call off; what was sent by then stays sent. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * What happened on the wire. `not_sent`: no connection came about, so the other side saw nothing. `broken`: the
 * request may have arrived, and its answer is not known.
 */
export type OutboundAnswer<Body> = Answered<Body> | NotAnswered;
export type OutboundResult = OutboundAnswer<string>;

type Answered<Body> = {
  readonly outcome: 'answered';
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Body;
};
type NotAnswered = { readonly outcome: 'not_sent' | 'broken'; readonly reason: string };

export type Outbound = {
  /** Calls once; never follows a redirect, never repeats, never throws for what happens on the wire. */
  readonly send: (request: OutboundRequest) => Promise<OutboundResult>;
  /**
   * The same for an answer too long to hold: its bytes are read as fast as they are asked for, and whoever stops
   * asking ends the call. The time of the request covers the wait for the answer's head and each wait for more of it.
   * Reading throws what breaks the answer off.
   */
  readonly stream: (request: OutboundRequest) => Promise<OutboundAnswer<AsyncIterable<Uint8Array>>>;
  readonly close: () => Promise<void>;
};

/** Opens a client for calls to other systems, with connections of its own. */
export function openOutbound(rules: OutboundRules): Outbound {
  const agent = new Agent({
    connect: guardedConnector(rules),
    headersTimeout: rules.timeoutMs,
    bodyTimeout: rules.timeoutMs,
    maxResponseSize: rules.answerMaxBytes ?? ANSWER_MAX_BYTES,
    // Well below what servers keep: a request on a connection that is just being closed ends unknown.
    keepAliveTimeout: 2_000,
  });

  const call = async <Body>(
    request: OutboundRequest,
    read: (body: AnswerBody, end: () => void) => Promise<Body | undefined>,
  ): Promise<OutboundAnswer<Body>> => {
    const { method, url, headers, body } = request;
    const refusal = whyNotCalled(url, rules);
    if (refusal) return { outcome: 'not_sent', reason: refusal };
    if (request.signal?.aborted) return { outcome: 'not_sent', reason: ABORTED };
    const { signal, stopClock, end } = limits(request, rules.timeoutMs);
    try {
      const answer = await send(url, { dispatcher: agent, method, headers, body: body ?? null, signal });
      // Also of an answer that is read to its end here.
      answer.body.once('close', end);
      const content = await read(answer.body, stopClock);
      if (content === undefined) return { outcome: 'broken', reason: 'the answer is no UTF-8' };
      return {
        outcome: 'answered',
        status: answer.statusCode,
        header: (name) => {
          const value = answer.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        body: content,
      };
    } catch (error) {
      end();
      if (error instanceof NotConnected) return { outcome: 'not_sent', reason: error.message };
      return { outcome: 'broken', reason: request.signal?.aborted ? ABORTED : reasonOf(error) };
    }
  };

  return {
    send: (request) =>
      call(request, async (body) => {
        const bytes = Buffer.from(await body.arrayBuffer());
        return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
      }),
    stream: (request) =>
      call(request, async (body, stopClock) => {
        // An answer may take as long as it keeps coming, which the agent watches.
        stopClock();
        return body;
      }),
    close: () => agent.destroy(),
  };
}

type AnswerBody = Dispatcher.ResponseData['body'];

/**
 * One signal for the time of a call and for whoever gives it up. Not `AbortSignal.any`: it leaves something behind with
 * a signal that outlives the calls, as that of a whole process does.
 */
function limits({ timeoutMs, signal: given }: OutboundRequest, defaultMs: number) {
  const ending = new AbortController();
  const giveUp = () => ending.abort();
  const timer = setTimeout(
    () => ending.abort(new DOMException('no answer in time', 'TimeoutError')),
    timeoutMs ?? defaultMs,
  );
  const stopClock = () => clearTimeout(timer);
  given?.addEventListener('abort', giveUp);
  return {
    signal: ending.signal,
    stopClock,
    end: () => {
      stopClock();
      given?.removeEventListener('abort', giveUp);
    },
  };
}

const ANSWER_MAX_BYTES = 1024 * 1024;
const ABORTED = 'aborted';

/** Why this address may not be called at all; undefined when it may. The name is looked up only when it is called. */
export function whyNotCalled(
  address: string,
  { plainHttpHosts, privateHosts, hosts }: Pick<OutboundRules, 'plainHttpHosts' | 'privateHosts' | 'hosts'>,
): string | undefined {
  if (!URL.canParse(address)) return 'the address is no URL';
  const { protocol, username, password, hostname } = new URL(address);
  const host = bareHost(hostname);
  if (username || password) return 'the address carries a user name';
  if (host.endsWith('.')) return 'the host ends in a dot';
  if (hosts && ![...hosts, ...plainHttpHosts, ...privateHosts].includes(host))
    return `${host} is on no list of hosts that may be called`;
  if (protocol !== 'https:' && !(protocol === 'http:' && plainHttpHosts.includes(host)))
    return `${host} may be called over https only`;
  if (isIP(host) !== 0 && !privateHosts.includes(host) && !isPublic(host)) return `${host} is no public address`;
  return undefined;
}

/**
 * Connects as undici does, but only to addresses that are allowed, looked at where the connection is made: a name
 * that resolves to something else a moment later gains nothing by it.
 */
function guardedConnector({ timeoutMs, privateHosts }: OutboundRules): ReturnType<typeof buildConnector> {
  const connect = buildConnector({
    // Before the whole call runs out, so that a missing connection is known for what it is.
    timeout: timeoutMs / 2,
    lookup: guardedLookup(privateHosts),
    allowH2: false,
  });
  return (options, done) =>
    connect(options, (...outcome) =>
      outcome[0] ? done(new NotConnected(reasonOf(outcome[0]), { cause: outcome[0] }), null) : done(...outcome),
    );
}

const guardedLookup =
  (privateHosts: readonly string[]): LookupFunction =>
  (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const allowed = privateHosts.includes(hostname)
        ? addresses
        : addresses.filter(({ address }) => isPublic(address));
      const [first] = allowed;
      if (!first) return done(new Error(`${hostname} has no public address`), []);
      if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });

/** IPv6 is handed out from 2000::/3 alone; what lies outside and has no range of its own may embed an inner IPv4. */
const isPublic = (address: string) => parseAddress(address)?.range() === 'unicast' && mayBePublic(address);

const mayBePublic = inRanges(parseCidrs('0.0.0.0/0, 2000::/3'));

const bareHost = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** A code such as `ECONNREFUSED` where there is one, because messages name addresses; `timeout`, whoever noticed it. */
export function reasonOf(error: unknown): string {
  const { code, name, message } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError' || (code !== undefined && TIMEOUTS.has(code))) return 'timeout';
  return typeof code === 'string' && code !== '' ? code : (message ?? String(error));
}

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

class NotConnected extends Error {
  override readonly name = 'NotConnected';
}
