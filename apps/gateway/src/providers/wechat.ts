import { constants, hash, verify as verifySignature } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CallbackOutcome, CallbackProblem } from '@orderbridge/contracts/callback-envelope';
import { bodyKind, parseTopLevel } from '@orderbridge/contracts/parse-form';
import {
  isWechatRefund,
  WECHAT_HEADERS,
  WECHAT_PROBE,
  WECHAT_WINDOW_SECONDS,
  wechatSigningText,
} from '@orderbridge/contracts/wechat-pay';
import type { NamedKey } from '@orderbridge/service-kit/rsa-public-key';
import {
  type Answer,
  type CallbackProvider,
  REFUSAL_STATUS,
  type RefusalReason,
  textOf,
  type UnverifiedReason,
} from './provider.ts';
import { readBase64 } from './read-base64.ts';

export type WechatKeys = {
  /** WeChat's keys by certificate serial or public key id, the current one first (R102, R156). */
  readonly keys: readonly NamedKey[];
};

/** WeChat Pay v3: JSON signed by RSA in headers, its content sealed for orders (domain.md §2.6). */
export function wechatProvider({ keys }: WechatKeys): CallbackProvider {
  return {
    name: 'wechat',
    signatureHeaders: Object.values(WECHAT_HEADERS),

    verify({ body, contentType, headers, receivedAt }) {
      if (body.length === 0) return { ok: false, reason: 'empty_body' };
      const text = bodyKind(contentType) === 'json' ? textOf(body) : undefined;
      const fields = text === undefined ? undefined : parseTopLevel(text);
      if (text === undefined || !fields) return { ok: false, reason: 'no_form' };

      const { signature, timestamp, nonce, serial } = signatureOf(headers);
      if (signature.startsWith(WECHAT_PROBE)) return { ok: false, reason: 'signature_probe' };
      if (!isTimely(timestamp, receivedAt)) return { ok: false, reason: 'stale_timestamp' };
      if (keys.length === 0) return { ok: false, reason: 'secret_unset' };
      const named = keys.findIndex((key) => key.serial.toLowerCase() === serial.toLowerCase());
      if (named < 0) return { ok: false, reason: 'unknown_serial' };

      // The bytes as received: a body that is UTF-8 is the same bytes again when its text is encoded.
      const signed = Buffer.from(wechatSigningText({ timestamp, nonce, body: text }));
      const given = readBase64(signature);
      const key = { key: keys[named]!.key, padding: constants.RSA_PKCS1_PADDING };
      if (!given || !verifySignature('sha256', signed, key, given)) return { ok: false, reason: 'bad_signature' };
      return {
        ok: true,
        fields,
        signature,
        eventId: NOTIFICATION_ID.test(fields['id'] ?? '') ? fields['id']! : hash('sha256', signature),
        secret: named === 0 ? 'current' : 'previous',
        sentAt: undefined,
      };
    },

    answerOutcome(outcome, { fields }) {
      const isRefund = isWechatRefund(fields['event_type'] ?? '');
      const why = whyFailed(outcome);
      if (why === undefined) return success(messageOf(outcome), isRefund ? undefined : outcome.payment?.['id']);
      return failure(400, (isRefund ? REFUND_TEXT[why] : undefined) ?? PROBLEM_TEXT[why]);
    },

    answerKept: () => success('成功', undefined),

    refuse(reason) {
      const status = reason in REFUSAL_STATUS ? REFUSAL_STATUS[reason as keyof typeof REFUSAL_STATUS] : 400;
      return failure(status, REFUSAL_TEXT[reason]);
    },
  };
}

function signatureOf(headers: IncomingHttpHeaders) {
  const header = (name: string) => String(headers[name] ?? '');
  return {
    signature: header(WECHAT_HEADERS.signature),
    timestamp: header(WECHAT_HEADERS.timestamp),
    nonce: header(WECHAT_HEADERS.nonce),
    serial: header(WECHAT_HEADERS.serial),
  };
}

/** Whole seconds of today's length: no sign, letters or milliseconds (P8). */
const isTimely = (timestamp: string, now: Date): boolean =>
  /^\d{10}$/.test(timestamp) &&
  Math.abs(Math.floor(now.getTime() / 1_000) - Number(timestamp)) <= WECHAT_WINDOW_SECONDS;

const NOTIFICATION_ID = /^[\w-]{1,128}$/;

/** Undefined for what is decided and kept: even where it changed nothing, a repetition would say nothing new. */
const whyFailed = ({ problem }: CallbackOutcome): FailingProblem | undefined =>
  problem === 'not_updatable' ? undefined : (problem ?? undefined);

const messageOf = ({ outcome, problem }: CallbackOutcome): string =>
  problem === 'not_updatable' ? '支付状态不可更新' : outcome === 'repeated' ? 'OK' : '成功';

const success = (message: string, paymentId: unknown): Answer => ({
  status: 200,
  body: JSON.stringify({ code: 'SUCCESS', message, payment_id: paymentId }),
});

const failure = (status: number, message: string): Answer => ({
  status,
  body: JSON.stringify({ code: 'FAIL', message }),
});

type FailingProblem = Exclude<CallbackProblem, 'not_updatable'>;

const PROBLEM_TEXT: Record<FailingProblem, string> = {
  undecryptable: '回调资源解密失败: 无法解密',
  merchant_mismatch: '商户号不匹配',
  app_mismatch: 'appid 不匹配',
  not_found: '未找到对应的支付记录',
  amount_unreadable: '金额字段解析失败',
  amount_mismatch: '回调金额与支付记录不一致',
  order_mismatch: '订单号不匹配',
};

/** The same in news of a refund. */
const REFUND_TEXT: Partial<Record<FailingProblem, string>> = {
  not_found: '未找到对应的退款记录',
  amount_unreadable: '退款金额解析失败',
  amount_mismatch: '回调退款金额与记录不一致',
};

const UNVERIFIED = '回调签名验证失败';

const REFUSAL_TEXT: Record<RefusalReason, string> = {
  ...({
    secret_unset: UNVERIFIED,
    unknown_app_key: UNVERIFIED,
    unknown_serial: UNVERIFIED,
    stale_timestamp: UNVERIFIED,
    bad_signature: UNVERIFIED,
  } satisfies Record<UnverifiedReason, string>),
  signature_probe: UNVERIFIED,
  empty_body: '回调体为空',
  no_form: '回调内容不是有效的JSON',
  method_not_allowed: '不支持的请求方法',
  address_not_allowed: '来源地址不允许',
  body_too_large: '请求体过大',
  body_too_slow: '请求体不完整',
  body_aborted: '请求体不完整',
  too_many_failures: '请求过于频繁，请稍后再试',
  unsupported_provider: '不支持的回调来源',
  provider_disabled: '不支持的回调来源',
  too_many_waiting: '服务暂时不可用，请稍后重试',
  cannot_keep: '服务暂时不可用，请稍后重试',
  unknown_path: '地址不存在',
  unreadable_request: '请求无法解析',
};
