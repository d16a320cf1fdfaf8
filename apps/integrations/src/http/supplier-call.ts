import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';
import { answered, refusedUpstream, unreadable } from './answers.ts';
import { callOnce, type OneCall, type Tried, type WireCall } from './call-once.ts';
import { parseJson, saysSuccess, wordsOf } from './read-json.ts';
import { repeated } from './repeat-reads.ts';
import type { Token, Tokens } from './token-cache.ts';
import type { Upstream } from './upstream.ts';

/** One call to a platform and how its answer is read. */
export type SupplierRequest<T> = WireCall & {
  /** A read may be repeated at will; what changes something is attempted once (rulings.md). */
  readonly effect: 'read' | 'write';
  /** Finds what was asked for in a body that does not say `success: false`; undefined when it is not there. */
  readonly read: (body: unknown) => T | undefined;
};

/**
 * Calls a platform with a token and sorts what comes of it (domain.md §1.0, rulings.md "Retries of outbound calls"):
 * - no connection, 429, and for reads 503 with `Retry-After`: `not_sent`, and so is what the breaker or the caller held
 *   back;
 * - a broken connection, a timeout, other 5xx and redirects: `uncertain`;
 * - other 4xx, and `success: false` with HTTP 200: `refused`, in the platform's own words;
 * - an answer of another shape: `uncertain` when something was to change, else `refused` as unexpected.
 * A 401 leads to one new sign-in and one repeat (R29). Reads are attempted up to `upstream.attempts` times. Never throws.
 */
export const supplierCall = <T>(
  upstream: Upstream,
  tokens: Tokens,
  request: SupplierRequest<T>,
  options: CallOptions,
): Promise<SupplierAnswer<T>> =>
  repeated(upstream, request.effect === 'read' ? upstream.attempts : 1, options, (attempt) =>
    withToken(tokens, request, options, (signed) => callOnce(upstream, held(upstream, signed), options, attempt)),
  );

/** How long a sign-in may take (R24, R25). */
export const TOKEN_TIMEOUT_MS = 10_000;

/** One attempt without a token: a sign-in. */
export const bareCall = <T>(
  upstream: Upstream,
  request: SupplierRequest<T>,
  options: CallOptions,
  attempt: number,
): Promise<Tried<T>> => callOnce(upstream, held(upstream, request), options, attempt);

/**
 * A read whose answer is too long to hold: `answered` with the bytes as they come. It is repeated as long as nothing
 * came; what breaks off later is with whoever reads.
 */
export const longCall = (
  upstream: Upstream,
  tokens: Tokens,
  request: WireCall,
  options: CallOptions,
): Promise<SupplierAnswer<AsyncIterable<Uint8Array>>> =>
  repeated(upstream, upstream.attempts, options, (attempt) =>
    withToken(tokens, request, options, (signed) =>
      callOnce(
        upstream,
        { call: signed, send: upstream.longOutbound.stream, effect: 'read', textOf: readBeginning, read: answered },
        options,
        attempt,
      ),
    ),
  );

/** Calls with the token that is there and, when it is refused, once more with a new one. */
async function withToken<T, Call extends WireCall>(
  tokens: Tokens,
  request: Call,
  options: CallOptions,
  call: (signed: Call) => Promise<Tried<T>>,
): Promise<Tried<T>> {
  const signed = ({ authorization }: Token) => ({ ...request, headers: { ...request.headers, authorization } });
  const token = await tokens.current(options);
  if (token.outcome !== 'answered') return { answer: token, mayRepeat: false };
  const tried = await call(signed(token.value));
  if (tried.status !== UNAUTHORIZED) return tried;
  const renewed = await tokens.renew(token.value, options);
  return renewed.outcome === 'answered' ? call(signed(renewed.value)) : { answer: renewed, mayRepeat: false };
}

const UNAUTHORIZED = 401;

/** A call whose answer is held and read as a whole. */
const held = <T>({ platform, outbound }: Upstream, request: SupplierRequest<T>): OneCall<string, T> => ({
  call: request,
  send: outbound.send,
  effect: request.effect,
  textOf: async (body) => body,
  read: (text) => {
    const body = parseJson(text);
    if (saysSuccess(body) === false) return refusedUpstream(platform, wordsOf(body), 200);
    const value = body === undefined ? undefined : request.read(body);
    return value === undefined ? unreadable(platform, request.effect, wordsOf(body)) : answered(value);
  },
});

/** As much of an answer as its words need; the rest is not taken. */
async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= BEGINNING_BYTES) break;
    }
  } catch {
    // The status says enough when the words break off.
  }
  return Buffer.concat(parts).toString('utf8');
}

const BEGINNING_BYTES = 65_536;
