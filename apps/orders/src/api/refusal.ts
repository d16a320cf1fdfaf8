import { refusals as refusalsOf } from '@orderbridge/service-kit/refusals';
import type { OrdersContext } from '../context.ts';
import { TooMany } from '../errors.ts';
import { actorOf, type Principal } from '../staff/principal.ts';

type Asked = {
  readonly requestId: string;
  readonly source: string;
  readonly procedure?: string | undefined;
  readonly principal?: Principal | undefined;
};

/** What is done with every request that gets no result: one line, one count and, outside of tRPC, its error shape. */
export function refusals({ log, metrics }: OrdersContext) {
  const counter = metrics.all.counter('orders_requests_refused_total', 'API requests answered with an error', [
    'status',
  ] as const);
  return refusalsOf<Asked>({
    log,
    count: (status) => counter.inc({ status }),
    fieldsOf: ({ source, principal }) => ({ source, actor: principal ? actorOf(principal) : 'nobody' }),
    headersOf: retryAfter,
  });
}

/** The header that says when to ask again, where that is known. */
export const retryAfter = (cause: unknown): [string, string][] =>
  cause instanceof TooMany && cause.retryAfterMs !== undefined
    ? [['retry-after', String(Math.max(1, Math.ceil(cause.retryAfterMs / 1000)))]]
    : [];
