import { CONFIG_KEYS, type ConfigKey, SECRET_MASK } from '@orderbridge/contracts/integrations-api';
import { whyNotCalled } from '@orderbridge/service-kit/outbound-http';
import { BadInput } from '../errors.ts';
import type { ConfigValues, Reach } from '../suppliers/read-settings.ts';
import { isSecret } from './seal-configuration.ts';

/** The four that saving demands (domain.md §3.8). */
const REQUIRED = ['client_id', 'client_secret', 'token_url', 'base_url'] as const satisfies readonly ConfigKey[];

const ADDRESSES: readonly ConfigKey[] = [
  'token_url',
  'base_url',
  'ylh_auth_url',
  'ylh_intake_url',
  'ylh_order_url',
  'ylh_stock_url',
];
const TEXT_MAX = 500;

/** What a person sent of a configuration: keys to set, and keys to keep as they are stored or to take away. */
export type GivenConfiguration = {
  readonly set: ConfigValues;
  /** Secrets that came as the mask. */
  readonly keep: readonly ConfigKey[];
  /** Optional keys that came as an empty text. */
  readonly clear: readonly ConfigKey[];
};

/**
 * Checks a configuration before anything of it is stored (R128). The four required keys are named each time, a secret
 * as its mask when it is to stay; an optional key that is not named stays as it is.
 * @throws BadInput with the seeds' texts, all problems of one kind at once
 */
export function readConfiguration(given: unknown, reach: Reach): GivenConfiguration {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new BadInput('配置必须是字典格式', 'The configuration must be an object of keys and texts');
  const texts = Object.entries(given).map(
    ([key, value]) => [key, typeof value === 'string' ? value.trim() : value] as const,
  );
  const lacking = REQUIRED.filter((key) => !texts.some(([name, value]) => name === key && !isEmpty(value)));
  if (lacking.length > 0)
    throw new BadInput(`缺少必需字段: ${lacking.join(', ')}`, `These keys are required: ${lacking.join(', ')}`);
  const unknown = texts.map(([key]) => key).filter((key) => !isKey(key));
  if (unknown.length > 0)
    throw new BadInput(`未知字段: ${shown(unknown)}`, `These keys are not known: ${shown(unknown)}`);

  const problems = texts.flatMap(([key, value]) => problemOf(key as ConfigKey, value, reach) ?? []);
  if (problems.length > 0)
    throw new BadInput(problems.map(({ zh }) => zh).join('；'), problems.map(({ en }) => en).join('; '));

  const read = texts as [ConfigKey, string][];
  return {
    set: Object.fromEntries(read.filter(([key, text]) => text !== '' && !isMasked(key, text))),
    keep: read.filter(([key, text]) => isMasked(key, text)).map(([key]) => key),
    clear: read.filter(([, text]) => text === '').map(([key]) => key),
  };
}

const isEmpty = (value: unknown) => value === '' || value === undefined || value === null;
const isKey = (key: string): key is ConfigKey => (CONFIG_KEYS as readonly string[]).includes(key);
const isMasked = (key: string, text: unknown) => isSecret(key) && text === SECRET_MASK;

function problemOf(key: ConfigKey, value: unknown, reach: Reach): { zh: string; en: string } | undefined {
  if (typeof value !== 'string') return { zh: `字段 ${key} 必须是文本`, en: `${key} must be a text` };
  if (value.length > TEXT_MAX)
    return {
      zh: `字段 ${key} 不能超过 ${TEXT_MAX} 个字符`,
      en: `${key} must not be longer than ${TEXT_MAX} characters`,
    };
  if (/\p{Cc}/u.test(value) || !value.isWellFormed())
    return { zh: `字段 ${key} 含有控制字符或无效字符`, en: `${key} holds a control character or is no valid text` };
  if (value === '') return undefined;
  if (key === 'authorization_scheme' && !/^[A-Za-z][A-Za-z0-9-]*$/.test(value))
    return {
      zh: `字段 ${key} 应为 raw 或认证方案名，如 Bearer`,
      en: `${key} must be raw or the name of a scheme, such as Bearer`,
    };
  if (!ADDRESSES.includes(key)) return undefined;
  const why = /[?#]/.test(value) ? 'the address carries a query or a fragment' : whyNotCalled(value, reach);
  return why === undefined
    ? undefined
    : { zh: `字段 ${key} 的地址不可用（${why}）`, en: `${key} is no address that may be called: ${why}` };
}

/** Keys are shown cut and few, because somebody may have typed a secret there. */
const shown = (keys: readonly string[]): string =>
  keys
    .slice(0, 10)
    .map((key) => key.slice(0, 40))
    .join(', ');
