import type { IntegrationsLog } from '../log.ts';
import type { Text } from '../text.ts';
import type { CallOptions, SupplierAnswer } from './suppliers.ts';

/** How a question to the platform ended, as another service of ours is told it. */
export type CallAnswer<T> =
  | { readonly outcome: 'answered'; readonly value: T }
  | {
      readonly outcome: 'refused' | 'unavailable' | 'not_configured' | 'authentication';
      readonly detail: string;
      readonly detailEn: string;
    };

/** Whoever asks waits no longer than the signal of `options`; what is missing in a configuration is logged (R122). */
export function callAnswer<T>(
  answer: SupplierAnswer<T>,
  options: CallOptions,
  log: Pick<IntegrationsLog, 'error'>,
): CallAnswer<T> {
  if (answer.outcome === 'answered') return answer;
  const { zh, en } = whyNoAnswer(answer, options);
  const outcome = outcomeOf(answer);
  if (outcome === 'not_configured') log.error('supplier not configured', { reason: en });
  return { outcome, detail: zh, detailEn: en };
}

type NoAnswer = Exclude<SupplierAnswer<never>, { outcome: 'answered' }>;

/** Why nothing was learnt, in words for a person. That we gave up waiting reads as what it is, a timeout (R155). */
export const whyNoAnswer = (answer: NoAnswer, { signal }: CallOptions): Text =>
  signal?.aborted && answer.outcome !== 'refused' ? OUT_OF_TIME : answer.detail;

const OUT_OF_TIME: Text = {
  zh: '网络连接超时，请稍后重试',
  en: 'the platform did not answer in time; try again shortly',
};

function outcomeOf(answer: NoAnswer): Exclude<CallAnswer<never>['outcome'], 'answered'> {
  if (answer.outcome !== 'refused') return 'unavailable';
  return answer.why === 'not_configured' || answer.why === 'authentication' ? answer.why : 'refused';
}
