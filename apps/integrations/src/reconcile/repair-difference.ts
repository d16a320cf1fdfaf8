import type { Difference } from '@orderbridge/contracts/integrations-api';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { DomainError } from '@orderbridge/service-kit/api-errors';
import { call, CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import { planJobAnew } from '../jobs/plan-job-anew.ts';
import { retryJob, type RetryJobContext } from '../jobs/retry-job.ts';
import type { Finding } from './find-differences.ts';

// A push answers after 5 s at the latest, and says the rest by itself.
const REPAIR_TIMEOUT_MS = 15_000;

/** Has the one verb run that settles a difference, with all of its checks, and says what came of it. */
export async function repairDifference(
  context: RetryJobContext,
  finding: Finding,
  { jobId, items }: { readonly jobId: string | undefined; readonly items: readonly LogisticsItem[] },
): Promise<Repaired> {
  const { orderNumber, repair } = finding;
  try {
    if (repair === null) return NOT_TRIED;
    if (repair === 'retry_job') {
      if (jobId === undefined) return NOT_TRIED;
      await retryJob(context, { id: jobId });
      return REPAIRED;
    }
    if (repair === 'plan_job') {
      await planJobAnew(context, { orderNumber });
      return REPAIRED;
    }
    const { connection } = context.js;
    const request = { orderNumber, repair, items: [...items], by: context.by };
    const answer = await call(connection, internalCalls.repair, request, REPAIR_TIMEOUT_MS);
    return answer.outcome === 'done' ? REPAIRED : failed(answer.detail, answer.detailEn);
  } catch (error) {
    if (error instanceof DomainError || error instanceof CallRefused) return failed(error.message, error.messageEn);
    if (error instanceof CallUnavailable)
      return failed(
        '订单服务没有应答，结果未知：请稍后再次对账',
        'orders did not answer, so the outcome is not known; reconcile again shortly',
      );
    throw error;
  }
}

type Repaired = Pick<Difference, 'repaired' | 'problem' | 'problemEn'>;

export const NOT_TRIED: Repaired = { repaired: false, problem: null, problemEn: null };
const REPAIRED: Repaired = { ...NOT_TRIED, repaired: true };
const failed = (problem: string, problemEn: string): Repaired => ({ repaired: false, problem, problemEn });
