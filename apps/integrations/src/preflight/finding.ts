import type { PreflightCheck } from '@orderbridge/contracts/internal-calls';
import { whyNoAnswer } from '../suppliers/call-answer.ts';
import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';

/** One thing that is not in order, or that nobody knows. */
export type Finding = Text & { readonly result: Exclude<PreflightCheck['result'], 'ok'> };

/** A check with everything that was found; the worst of it is its result. */
export function checkOf(check: PreflightCheck['check'], findings: readonly Finding[], fine: Text): PreflightCheck {
  const result = WORST_FIRST.find((one) => findings.some((finding) => finding.result === one));
  if (!result) return { check, result: 'ok', detail: fine.zh, detailEn: fine.en };
  const told = WORST_FIRST.flatMap((one) => findings.filter((finding) => finding.result === one));
  // What holds for every product is said once.
  const distinct = [...new Map(told.map((finding) => [finding.zh, finding])).values()];
  return {
    check,
    result,
    detail: distinct.map(({ zh }) => zh).join('；'),
    detailEn: distinct.map(({ en }) => en).join('; '),
  };
}

const WORST_FIRST = ['failed', 'warning', 'unknown'] as const;

/** That the platform could not be asked, which says nothing about the order. */
export function notLearnt(
  answer: Exclude<SupplierAnswer<never>, { outcome: 'answered' }>,
  options: CallOptions,
): Finding {
  const { zh, en } = whyNoAnswer(answer, options);
  return {
    result: 'unknown',
    zh: `无法向平台查询：${zh}（不影响推送）`,
    en: `The platform cannot be asked: ${en} (this does not stop a push)`,
  };
}
