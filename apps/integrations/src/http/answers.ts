import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import { asWritten, type Text } from '../text.ts';
import { type Platform, PLATFORM_NAMES } from './platform.ts';

/** What the platform told us. */
export const answered = <const T>(value: T) => ({ outcome: 'answered', value }) as const;

/** Its no, in its own words where it has some. */
export const refusedUpstream = (platform: Platform, words: string | undefined, status: number): NotAnswered => ({
  outcome: 'refused',
  why: 'upstream',
  detail:
    words === undefined
      ? saying(platform, `拒绝了请求（HTTP ${status}）`, `refused the request (HTTP ${status})`)
      : asWritten(words),
});

/** Our token, or the account behind it, is not accepted (R13). */
export const refusedSignIn = (words: string | undefined): NotAnswered => ({
  outcome: 'refused',
  why: 'authentication',
  detail: words === undefined ? { zh: '认证失败', en: 'Signing in failed' } : asWritten(words),
});

/** What we refuse ourselves, because it cannot be asked for. */
export const refusedUnasked = (zh: string, en: string): NotAnswered => ({
  outcome: 'refused',
  why: 'unexpected',
  detail: { zh, en },
});

/** An answer that is not what the platform's documents promise; what was only read is simply not known. */
export const unreadable = (platform: Platform, effect: 'read' | 'write', words?: string): NotAnswered => {
  const said = words === undefined ? '' : `：${words}`;
  const detail = saying(
    platform,
    `应答无法识别${said}`,
    `answered something that cannot be understood${said && `: ${words}`}`,
  );
  return effect === 'read' ? { outcome: 'refused', why: 'unexpected', detail } : { outcome: 'uncertain', detail };
};

export const notConnected = (platform: Platform, reason: string): NotAnswered => ({
  outcome: 'not_sent',
  detail: {
    zh: `无法连接${PLATFORM_NAMES[platform].zh}（${reason}）`,
    en: `${PLATFORM_NAMES[platform].en} cannot be reached (${reason})`,
  },
  ...(reason === 'timeout' ? { isTimeout: true } : {}),
});

/**
 * Turned away before it was looked at: HTTP 429, or 503 with a time to come back. The second is no such word where
 * something was to change: whatever stands before the platform says it too, also of what it has passed on.
 */
export const turnedAway = (platform: Platform, status: number, retryAfterMs: number | undefined): NotAnswered => ({
  outcome: 'not_sent',
  detail: saying(
    platform,
    `限流或维护中（HTTP ${status}），请稍后重试`,
    `turns calls away for now (HTTP ${status}); try again later`,
  ),
  retryAfterMs,
});

export const keptBack = (platform: Platform, retryAfterMs: number): NotAnswered => {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return {
    outcome: 'not_sent',
    detail: saying(
      platform,
      `连续失败，已暂停调用，约 ${seconds} 秒后再试`,
      `kept failing, so no calls are made for about ${seconds} s`,
    ),
    retryAfterMs,
    isHeldBack: true,
  };
};

export const cancelled = (): NotAnswered => ({
  outcome: 'not_sent',
  detail: { zh: '调用已取消', en: 'The call was cancelled before it was made' },
  isHeldBack: true,
});

/** The line broke or nothing came in time: it may have worked. The text for a timeout is that of R155. */
export const broken = (platform: Platform, reason: string): NotAnswered =>
  reason === 'timeout'
    ? {
        outcome: 'uncertain',
        detail: {
          zh: '网络连接超时，请稍后重试',
          en: `${PLATFORM_NAMES[platform].en} did not answer in time; try again later`,
        },
        isTimeout: true,
      }
    : {
        outcome: 'uncertain',
        detail: saying(platform, `未完整应答（${reason}）`, `did not answer in full (${reason})`),
      };

export const failedThere = (
  platform: Platform,
  words: string | undefined,
  status: number,
  retryAfterMs: number | undefined,
): NotAnswered => ({
  outcome: 'uncertain',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  detail: saying(
    platform,
    `异常（HTTP ${status}）${words === undefined ? '' : `：${words}`}`,
    `answered HTTP ${status}${words === undefined ? '' : `: ${words}`}`,
  ),
});

/** Every answer but the one that was hoped for. */
export type NotAnswered = Exclude<SupplierAnswer<never>, { outcome: 'answered' }>;

const saying = (platform: Platform, zh: string, en: string): Text => ({
  zh: `${PLATFORM_NAMES[platform].zh}${zh}`,
  en: `${PLATFORM_NAMES[platform].en} ${en}`,
});
