import { isUtf8 } from 'node:buffer';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request as send } from 'undici';
import { inRanges, parseAddress, parseCidrs } from './allow-list.ts';

/** What an outbound client may reach and how long it may take. */
export type OutboundRules = {
  /** Whole time of one call, from looking up the name to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Hosts that may be called without TLS; everything else needs https (P14). */
  readonly plainHttpHosts: readonly string[];
  /** Hosts that may have an address which is not public: loopback, private, link-local and the like (P14). */
  readonly privateHosts: readonly string[];
};

export type OutboundRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/**
 * What happened on the wire. `not_sent`: no connection came about, so the other side saw nothing. `broken`: the
 * request may have arrived, and its answer is not known.
 */
export type OutboundResult =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly header: (name: string) => string | undefined;
      readonly body: string;
    }
  | { readonly outcome: 'not_sent' | 'broken'; readonly reason: string };

export type Outbound = {
  /** Calls once; never follows a redirect, never repeats, never throws for what happens on the wire. */
  readonly send: (request: OutboundRequest) => Promise<OutboundResult>;
  readonly close: () => Promise<void>;
};

/** Opens a client for calls to other systems, with connections of its own. */
export function openOutbound(rules: OutboundRules): Outbound {
  const agent = new Agent({
    connect: guardedConnector(rules),
    headersTimeout: rules.timeoutMs,
    bodyTimeout: rules.timeoutMs,
    maxResponseSize: ANSWER_MAX_BYTES,
    // Well below what servers keep: a request on a connection that is just being closed ends unknown.
    keepAliveTimeout: 2_000,
  });

  return {
    async send({ method, url, headers, body }) {
      const refusal = whyNotCalled(url, rules);
      if (refusal) return { outcome: 'not_sent', reason: refusal };
      try {
        const answer = await send(url, {
          dispatcher: agent,
          method,
          headers,
          body: body ?? null,
          signal: AbortSignal.timeout(rules.timeoutMs),
        });
        const bytes = Buffer.from(await answer.body.arrayBuffer());
        if (!isUtf8(bytes)) return { outcome: 'broken', reason: 'the answer is no UTF-8' };
        return {
          outcome: 'answered',
          status: answer.statusCode,
          header: (name) => {
            const value = answer.headers[name.toLowerCase()];
            return Array.isArray(value) ? value.join(', ') : value;
          },
          body: bytes.toString('utf8'),
        };
      } catch (error) {
        return error instanceof NotConnected
          ? { outcome: 'not_sent', reason: error.message }
          : { outcome: 'broken', reason: reasonOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

const ANSWER_MAX_BYTES = 1024 * 1024;

/** Why this address may not be called at all; undefined when it may. */
function whyNotCalled(address: string, { plainHttpHosts, privateHosts }: OutboundRules): string | undefined {
  if (!URL.canParse(address)) return 'the address is no URL';
  const { protocol, username, password, hostname } = new URL(address);
  const host = bareHost(hostname);
  if (username || password) return 'the address carries a user name';
  if (host.endsWith('.')) return 'the host ends in a dot';
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

/** IPv6 has public addresses in 2000::/3 only; below it lies, among others, IPv4 in an old spelling (`::127.0.0.1`). */
function isPublic(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed?.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || isGlobalIPv6(address);
}

const isGlobalIPv6 = inRanges(parseCidrs('2000::/3'));

const bareHost = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** A code such as `ECONNREFUSED` where there is one, because messages name addresses. */
function reasonOf(error: unknown): string {
  const { code, name, message } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError') return 'timeout';
  return typeof code === 'string' && code !== '' ? code : (message ?? String(error));
}

class NotConnected extends Error {
  override readonly name = 'NotConnected';
}
