import type { Answer, RefusalReason } from './providers/provider.ts';

/** The HTTP response of an answer; `reason` adds the headers that its refusal asks for. */
export function respond({ status, body, plain }: Answer, shutdown: AbortSignal, reason?: RefusalReason): Response {
  // A keep-alive connection that is told to close cannot have its next request cut off by our going down.
  const closing = shutdown.aborted || reason === 'body_too_slow';
  const extra = reason === undefined ? undefined : REFUSAL_HEADERS[reason];
  const bodyHeaders = plain ? PLAIN_BODY : JSON_BODY;
  if (!closing && !extra) return new Response(body, { status, headers: bodyHeaders });
  return new Response(body, {
    status,
    headers: { ...bodyHeaders, ...extra, ...(closing ? { connection: 'close' } : {}) },
  });
}

const JSON_BODY = { 'content-type': 'application/json; charset=utf-8' };
const PLAIN_BODY = { 'content-type': 'text/plain; charset=utf-8' };

/** Seconds; the bucket of failures gives one back every three. */
const RETRY_AFTER_FAILURES = '3';
const RETRY_AFTER_OUTAGE = '5';

const REFUSAL_HEADERS: Partial<Record<RefusalReason, Record<string, string>>> = {
  method_not_allowed: { allow: 'POST' },
  too_many_failures: { 'retry-after': RETRY_AFTER_FAILURES },
  too_many_waiting: { 'retry-after': RETRY_AFTER_OUTAGE },
  cannot_keep: { 'retry-after': RETRY_AFTER_OUTAGE },
};
