import { hash, timingSafeEqual } from 'node:crypto';
import {
  formatHaierTime,
  type FormFields,
  haierSigningText,
  readHaierNotice,
  readHaierTime,
} from '@orderbridge/contracts/haier-callback';
import { bodyKind, parseForm } from '@orderbridge/contracts/parse-form';
import {
  type Answer,
  type CallbackProvider,
  REFUSAL_STATUS,
  type RefusalReason,
  type SecretName,
  textOf,
} from './provider.ts';

export type HaierSecrets = {
  readonly appKey: string | undefined;
  readonly secret: string | undefined;
  /** Also valid while a rotation lasts (R156). */
  readonly previousSecret: string | undefined;
};

/** Haier and YLH: form posts signed by MD5 over the sorted fields (domain.md §2.1-§2.4). */
export function haierProvider({ appKey, secret, previousSecret }: HaierSecrets): CallbackProvider {
  const ourAppKey = appKey === undefined ? undefined : Buffer.from(appKey);

  return {
    name: 'haier',

    verify({ body, contentType }) {
      const text = bodyKind(contentType) === 'form' ? textOf(body) : undefined;
      const fields = text === undefined ? undefined : parseForm(text);
      if (!fields) return { ok: false, reason: 'no_form' };
      if (ourAppKey === undefined || secret === undefined) return { ok: false, reason: 'secret_unset' };

      // Both are always computed, so that the time taken does not tell which one was wrong.
      const signedWith = matchingSecret(fields, secret, previousSecret);
      const knownAppKey = isSame(Buffer.from(fields['AppKey'] ?? ''), ourAppKey);
      if (!knownAppKey) return { ok: false, reason: 'unknown_app_key' };
      if (!signedWith) return { ok: false, reason: 'bad_signature' };
      return {
        ok: true,
        fields,
        signature: fields['Sign']!,
        secret: signedWith,
        sentAt: readHaierTime(fields['TimeStamp'] ?? ''),
      };
    },

    answerOutcome(outcome, { fields }) {
      // The time of the decision, not of the answer: repetitions are answered byte for byte as the first time.
      const at = new Date(outcome.decidedAt);
      const method = outcome.method ?? fields['Method'] ?? '';
      switch (outcome.outcome) {
        case 'orphan':
          return failure(method.startsWith('hmm.scm_heorder.') ? 'order_not_found' : 'error', '订单不存在', at);
        case 'late':
          return failure('error', '请求已过期', at);
        case 'malformed':
          return failure('error', '数据格式错误', at);
        case 'unknown_method':
          return failure('error', `未知的回调方法: ${method.slice(0, METHOD_MAX)}`, at);
        default:
          return success(method, outcome.platformOrderNo ?? platformOrderNoOf(fields), at);
      }
    },

    answerKept({ fields }, late, now) {
      if (late) return failure('error', '请求已过期', now);
      return success(fields['Method'] ?? '', platformOrderNoOf(fields), now);
    },

    refuse(reason, now) {
      const status = reason in REFUSAL_STATUS ? REFUSAL_STATUS[reason as keyof typeof REFUSAL_STATUS] : 200;
      // Written as text: this is the answer to floods of forgeries.
      return { status, body: `${REFUSAL_START[reason]}${formatHaierTime(now)}","data":{}}` };
    },
  };
}

const METHOD_MAX = 100;

/** Which secret the `Sign` was made with. The expected value stays in here and is never logged (R41). */
function matchingSecret(
  fields: FormFields,
  secret: string,
  previousSecret: string | undefined,
): SecretName | undefined {
  const sign = fields['Sign'] ?? '';
  // Exactly as the platform writes it: lower-case digits are refused (R41).
  if (!/^[0-9A-F]{32}$/.test(sign)) return undefined;
  const given = Buffer.from(sign, 'hex');
  if (timingSafeEqual(given, hash('md5', haierSigningText(fields, secret), 'buffer'))) return 'current';
  if (previousSecret === undefined) return undefined;
  return timingSafeEqual(given, hash('md5', haierSigningText(fields, previousSecret), 'buffer'))
    ? 'previous'
    : undefined;
}

/** In constant time but for the length, which is no secret. */
const isSame = (given: Buffer, ours: Buffer) => given.length === ours.length && timingSafeEqual(given, ours);

const platformOrderNoOf = (fields: FormFields): string => {
  const reading = readHaierNotice(fields);
  return (reading.ok ? reading.notice.platformOrderNo : reading.platformOrderNo) ?? '';
};

function success(method: string, platformOrderNo: string, at: Date): Answer {
  // The platform's own sample has a number for cancel and texts for the others (domain.md §2.4).
  const statusCode = method === 'hmm.scm_heorder.cancel' ? 200 : '200';
  return {
    status: 200,
    body: JSON.stringify({
      success: true,
      code: 'success',
      description: '成功',
      timeStamp: formatHaierTime(at),
      data: { statusCode, message: '成功', platformOrderNo },
    }),
  };
}

function failure(code: 'error' | 'order_not_found', description: string, at: Date): Answer {
  return {
    status: 200,
    body: JSON.stringify({ success: false, code, description, timeStamp: formatHaierTime(at), data: {} }),
  };
}

const REFUSAL_TEXT: Record<RefusalReason, string> = {
  secret_unset: '签名验证失败',
  unknown_app_key: '签名验证失败',
  unknown_serial: '签名验证失败',
  stale_timestamp: '签名验证失败',
  bad_signature: '签名验证失败',
  signature_probe: '签名验证失败',
  method_not_allowed: '不支持的请求方法',
  address_not_allowed: '来源地址不允许',
  body_too_large: '请求体过大',
  body_too_slow: '请求体格式错误',
  body_aborted: '请求体格式错误',
  no_form: '请求体格式错误',
  empty_body: '请求体格式错误',
  too_many_failures: '请求过于频繁，请稍后再试',
  unsupported_provider: '不支持的回调来源',
  provider_disabled: '不支持的回调来源',
  too_many_waiting: '服务暂时不可用，请稍后重试',
  cannot_keep: '服务暂时不可用，请稍后重试',
  unknown_path: '地址不存在',
  unreadable_request: '请求体格式错误',
};

const REFUSAL_START = Object.fromEntries(
  Object.entries(REFUSAL_TEXT).map(([reason, description]) => [
    reason,
    `${JSON.stringify({ success: false, code: 'error', description }).slice(0, -1)},"timeStamp":"`,
  ]),
) as Record<RefusalReason, string>;
