import { SupplierFailed } from '../errors.ts';
import type { IntegrationsLog } from '../log.ts';
import type { SupplierAnswer } from '../suppliers/suppliers.ts';

/**
 * What the platform answered to a question, or why there is no answer, in words for the person who asked: the
 * platform's own where it has some, and what to do next (R122, R123, R155).
 * @throws SupplierFailed
 */
export function valueOfAnswer<T>(answer: SupplierAnswer<T>, { log }: { readonly log: IntegrationsLog }): T {
  if (answer.outcome === 'answered') return answer.value;
  const { zh, en } = answer.detail;
  if (answer.outcome !== 'refused') {
    if (answer.isTimeout)
      throw new SupplierFailed(
        'UPSTREAM_TIMEOUT',
        '网络连接超时，请稍后重试',
        `The platform did not answer in time (${en}); try again shortly`,
      );
    throw new SupplierFailed(
      'SUPPLIER_API_ERROR',
      `供应商API暂时不可用：${zh}。没有改动任何数据，请稍后重试`,
      `The platform cannot be asked right now: ${en}. Nothing was changed; try again shortly`,
    );
  }
  switch (answer.why) {
    case 'not_configured':
      log.error('supplier not configured', { reason: en });
      throw new SupplierFailed(
        'SUPPLIER_NOT_CONFIGURED',
        '海尔API配置错误',
        `${en}. An administrator has to put the configuration right`,
      );
    case 'authentication':
      throw new SupplierFailed(
        'SUPPLIER_AUTH_FAILED',
        `认证信息过期，请重新登录（平台答复：${zh}；请管理员核对供应商配置中的账号和密钥）`,
        `The platform does not accept our sign-in (${en}); an administrator has to check ids and secrets of the configuration`,
      );
    default:
      throw new SupplierFailed(
        'SUPPLIER_API_ERROR',
        `供应商API调用失败：${zh}。没有改动任何数据，请核对后重试`,
        `The platform said no: ${en}. Nothing was changed; check what was asked for and try again`,
      );
  }
}
