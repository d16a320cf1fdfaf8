import { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { call, type CallDefinition, CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import type { z } from 'zod';
import { NotAnswered, Refused } from '../errors.ts';
import type { Text } from '../text.ts';

type Calls = Pick<
  typeof internalCalls,
  'preflight' | 'balances' | 'reschedule' | 'logistics' | 'deliveryImages' | 'stock'
>;

/**
 * Asks integrations, which asks the platform; never inside a transaction.
 * @throws CallUnavailable, CallRefused
 */
export type AskIntegrations = <Name extends keyof Calls>(
  name: Name,
  input: z.input<Calls[Name]['request']>,
  timeoutMs: number,
) => Promise<z.output<Calls[Name]['reply']>>;

/** The way to integrations over NATS. */
export function askIntegrations({ connection }: Pick<JetStream, 'connection'>): AskIntegrations {
  const ask = (name: keyof Calls, input: unknown, timeoutMs: number) =>
    call(connection, internalCalls[name] as CallDefinition, input, timeoutMs);
  return ask as AskIntegrations;
}

/** How long a question waits that integrations may ask the platform three times for, 10 s each. */
export const PLATFORM_TIMEOUT_MS = 35_000;

type Answer<Value> =
  | { readonly outcome: 'answered'; readonly value: Value }
  | { readonly outcome: keyof typeof CODES; readonly detail: string; readonly detailEn: string };

/**
 * What the platform said. `failed` stands before the reason when it said nothing of use (R133, R155).
 * @throws Refused with a SUPPLIER_… code, UPSTREAM_TIMEOUT or UNAVAILABLE; NotAnswered
 */
export async function platformAnswer<Value>(asking: Promise<Answer<Value>>, failed: Text): Promise<Value> {
  const answer = await asking.catch((error: unknown) => {
    throw whyUnanswered(error, failed);
  });
  if (answer.outcome === 'answered') return answer.value;
  throw refusal(CODES[answer.outcome], failed, { zh: answer.detail, en: answer.detailEn });
}

const CODES = {
  refused: 'SUPPLIER_API_ERROR',
  unavailable: 'UPSTREAM_TIMEOUT',
  not_configured: 'SUPPLIER_NOT_CONFIGURED',
  authentication: 'SUPPLIER_AUTH_FAILED',
} as const satisfies Record<string, ErrorCode>;

function whyUnanswered(error: unknown, failed: Text): unknown {
  if (error instanceof CallRefused)
    return refusal('SUPPLIER_API_ERROR', failed, { zh: error.message, en: error.messageEn });
  if (!(error instanceof CallUnavailable)) return error;
  return error.reason === 'timeout' ? new NotAnswered() : refusal('UNAVAILABLE', failed, AWAY);
}

const AWAY: Text = {
  zh: '对接服务暂时不可用，请稍后重试',
  en: 'the integrations service is not available right now; try again shortly',
};

const refusal = (code: ErrorCode, failed: Text, why: Text): Refused =>
  new Refused(code, `${failed.zh}：${why.zh}`, `${failed.en}: ${why.en}`);
