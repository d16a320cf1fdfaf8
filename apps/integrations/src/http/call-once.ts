import type { OutboundAnswer, OutboundRequest } from '@orderbridge/service-kit/outbound-http';
import { readRetryAfter } from '@orderbridge/service-kit/retry-after';
import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';
import {
  broken,
  cancelled,
  failedThere,
  keptBack,
  type NotAnswered,
  notConnected,
  refusedSignIn,
  refusedUpstream,
  turnedAway,
} from './answers.ts';
import type { CallFate } from './breaker.ts';
import { parseJson, wordsOf } from './read-json.ts';
import type { Upstream } from './upstream.ts';

/** What goes over the wire; every call of the platforms is a POST. */
export type WireCall = {
  /** One of a few fixed words, for metrics and logs. */
  readonly operation: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Instead of what business calls have. */
  readonly timeoutMs?: number | undefined;
};

/** A call with its way out and how its answer is taken. */
export type OneCall<Body, T> = {
  readonly call: WireCall;
  readonly send: (wire: OutboundRequest) => Promise<OutboundAnswer<Body>>;
  readonly effect: 'read' | 'write';
  readonly textOf: (body: Body) => Promise<string>;
  /** Of a 2xx answer. */
  readonly read: (body: Body) => SupplierAnswer<T>;
};

/** What one attempt came to. */
export type Tried<T> = {
  readonly answer: SupplierAnswer<T>;
  /** Of the platform's answer, when there was one. */
  readonly status?: number | undefined;
  /** Whether another attempt may end better. */
  readonly mayRepeat: boolean;
};

/** One attempt, in its turn and with the breaker's leave. Never throws. */
export async function callOnce<Body, T>(
  upstream: Upstream,
  { call, send, effect, textOf, read }: OneCall<Body, T>,
  options: CallOptions,
  attempt: number,
): Promise<Tried<T>> {
  const { platform, breaker, budget, clock, report } = upstream;
  const { operation, url, headers, body, timeoutMs } = call;
  const heldBack = (ms: number): Tried<T> => {
    report({ platform, operation, outcome: 'kept_back', attempt });
    return { answer: keptBack(platform, ms), mayRepeat: false };
  };

  const keptBackMs = breaker.keepsBackMs();
  if (keptBackMs !== undefined) return heldBack(keptBackMs);
  if (!(await budget.turn(options))) return { answer: cancelled(), mayRepeat: false };
  // Asked again, because it may have opened while this call waited for its turn.
  const leave = breaker.enter();
  if (!leave) return heldBack(breaker.keepsBackMs() ?? 0);

  const startedMs = clock.elapsedMs();
  const sent = await send({ method: 'POST', url, headers, body, timeoutMs, signal: options.signal });
  // Before anything else, so that whatever its answer does to us never leaves the breaker waiting for this call.
  leave(options.signal?.aborted ? 'not_made' : fateOf(sent));
  const tried = await understand();
  const durationMs = Math.round(clock.elapsedMs() - startedMs);
  const isAnswered = sent.outcome === 'answered';
  options.onExchange?.({
    url,
    request: body,
    httpStatus: isAnswered ? sent.status : null,
    // One too long to hold is for whoever reads it.
    answer: isAnswered && typeof sent.body === 'string' ? sent.body : null,
    durationMs,
  });
  report({
    platform,
    operation,
    outcome: tried.answer.outcome,
    attempt,
    status: tried.status,
    durationMs,
    reason: isAnswered ? undefined : sent.reason,
  });
  return tried;

  async function understand(): Promise<Tried<T>> {
    if (sent.outcome !== 'answered') {
      const answer = (sent.outcome === 'not_sent' ? notConnected : broken)(platform, sent.reason);
      return { answer, mayRepeat: true };
    }
    const { status } = sent;
    if (status >= 200 && status < 300) return { answer: read(sent.body), status, mayRepeat: false };
    const words = wordsOf(parseJson(await textOf(sent.body)));
    const answer = sortStatus(status, words, readRetryAfter(sent.header('retry-after'), clock.now()));
    return { answer, status, mayRepeat: status === 429 || status >= 500 };
  }

  function sortStatus(status: number, words: string | undefined, retryAfterMs: number | undefined): NotAnswered {
    if (status === 429 || (status === 503 && retryAfterMs !== undefined && effect === 'read'))
      return turnedAway(platform, status, retryAfterMs);
    if (status >= 500 || status < 400) return failedThere(platform, words, status, retryAfterMs);
    return status === 401 ? refusedSignIn(words) : refusedUpstream(platform, words, status);
  }
}

/** A platform that says no, or asks for fewer calls, is well. */
const fateOf = (sent: OutboundAnswer<unknown>): CallFate =>
  sent.outcome === 'answered' && sent.status < 500 ? 'worked' : 'failed';
