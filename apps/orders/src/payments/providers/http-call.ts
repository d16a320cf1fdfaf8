import type { Outbound, OutboundRequest } from '@orderbridge/service-kit/outbound-http';
import { readRetryAfter } from '@orderbridge/service-kit/retry-after';
import type { Text } from '../../text.ts';

/** What every client gets from outside. */
export type ProviderEdge = { readonly outbound: Outbound; readonly now: () => Date };

/** How one call to a payment provider ended, before its answer is understood. */
export type CallResult =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly header: (name: string) => string | undefined;
      readonly body: string;
    }
  | NotKnown;

/** Nothing is known about the effect of the call, or that it had none. */
export type NotKnown =
  | { readonly outcome: 'not_sent'; readonly reason: Text; readonly retryAfterMs?: number | undefined }
  | { readonly outcome: 'uncertain'; readonly reason: Text };

/**
 * Calls a provider once and sorts what the wire says (design.md §6, rulings.md "Retries of outbound calls"): no
 * connection and 429 are `not_sent`; a broken connection, a timeout, a redirect and 5xx are `uncertain`; everything
 * else is an answer that the caller has to verify and read.
 */
export async function callProvider(outbound: Outbound, request: OutboundRequest, now: Date): Promise<CallResult> {
  const result = await outbound.send(request);
  switch (result.outcome) {
    case 'not_sent':
      return {
        outcome: 'not_sent',
        reason: {
          zh: `无法连接支付平台（${result.reason}）`,
          en: `The provider cannot be reached (${result.reason})`,
        },
      };
    case 'broken':
      return uncertain(
        `支付平台未完整应答（${result.reason}）`,
        `The provider did not answer in full (${result.reason})`,
      );
    case 'answered':
      break;
  }
  const { status } = result;
  if (status === 429)
    return {
      outcome: 'not_sent',
      reason: { zh: '支付平台限流（HTTP 429）', en: 'The provider limits our calls (HTTP 429)' },
      retryAfterMs: readRetryAfter(result.header('retry-after'), now),
    };
  if (status >= 500 || (status >= 300 && status < 400))
    return uncertain(`支付平台异常（HTTP ${status}）`, `The provider answered HTTP ${status}`);
  return result;
}

/** What the provider said, verified and read. */
export const answered = <const T>(value: T) => ({ outcome: 'answered', value }) as const;

/** What cannot be relied on: it may have worked. */
export const uncertain = (zh: string, en: string): NotKnown => ({ outcome: 'uncertain', reason: { zh, en } });

/** An answer whose signature does not verify says nothing about the call. */
export const unverified = (): NotKnown =>
  uncertain('支付平台应答签名验证失败', "The signature of the provider's answer does not verify");

/** An answer that is not what the provider's documents promise. */
export const unreadable = (): NotKnown =>
  uncertain('支付平台应答无法识别', "The provider's answer cannot be understood");
