import type { ConfigKey } from '@orderbridge/contracts/integrations-api';
import { type OutboundRules, whyNotCalled } from '@orderbridge/service-kit/outbound-http';
import type { HaierSettings } from '../haier/haier-settings.ts';
import type { Platform } from '../http/platform.ts';
import type { Text } from '../text.ts';
import type { YlhSettings } from '../ylh/ylh-settings.ts';

/** A configuration by its keys; empty text is the same as no value. */
export type ConfigValues = Readonly<Partial<Record<ConfigKey, string>>>;

/** What a configuration may reach. */
export type Reach = Pick<OutboundRules, 'plainHttpHosts' | 'privateHosts' | 'hosts'>;

export type Settings<T> = { readonly ok: true; readonly settings: T } | { readonly ok: false; readonly problem: Text };

/** Keys that a platform cannot do without. The rest has a default, or another key stands in (domain.md §1.1, §1.7, §3.8). */
const NEEDED = {
  haier: ['client_id', 'client_secret', 'base_url', 'customer_code', 'send_to_code', 'password', 'seller_password'],
  // Our 88-code is the customer to one and the seller to the other.
  ylh: [
    'customer_code',
    'ylh_auth_url',
    'ylh_intake_url',
    'ylh_order_url',
    'ylh_stock_url',
    'ylh_username',
    'ylh_password',
    'ylh_client_id',
    'ylh_client_secret',
    'source_system',
    'shop_name',
  ],
} as const satisfies Record<Platform, readonly ConfigKey[]>;

/** Keys of which calls are made, and whose hosts have to be allowed (P14). */
const ADDRESSES = {
  haier: ['base_url', 'token_url'],
  ylh: ['ylh_auth_url', 'ylh_intake_url', 'ylh_order_url', 'ylh_stock_url'],
} as const satisfies Record<Platform, readonly ConfigKey[]>;

/** Keys that pushing and syncing need and these values lack (R122). */
export const missingKeys = (values: ConfigValues): ConfigKey[] => [
  ...new Set([...missingFor('haier', values), ...missingFor('ylh', values)]),
];

export function readHaierSettings(values: ConfigValues, reach: Reach): Settings<HaierSettings> {
  const problem = whyUnusable('haier', values, reach);
  if (problem) return { ok: false, problem };
  const baseUrl = bareUrl(given(values, 'base_url'));
  const scheme = given(values, 'authorization_scheme');
  return {
    ok: true,
    settings: {
      baseUrl,
      tokenUrl: bareUrl(given(values, 'token_url')) || `${baseUrl}/oauth2/auth`,
      clientId: given(values, 'client_id'),
      clientSecret: given(values, 'client_secret'),
      authorizationScheme: scheme.toLowerCase() === 'raw' ? '' : scheme,
      customerCode: given(values, 'customer_code'),
      sendToCode: given(values, 'send_to_code'),
      supplierCode: given(values, 'supplier_code') || HAIER_ITSELF,
      password: given(values, 'password'),
      sellerPassword: given(values, 'seller_password'),
      customerPassword: given(values, 'customer_password') || given(values, 'password'),
    },
  };
}

export function readYlhSettings(
  values: ConfigValues,
  { outbound, repeatedWords }: { readonly outbound: Reach; readonly repeatedWords: readonly string[] },
): Settings<YlhSettings> {
  const problem = whyUnusable('ylh', values, outbound);
  if (problem) return { ok: false, problem };
  return {
    ok: true,
    settings: {
      authUrl: given(values, 'ylh_auth_url'),
      intakeUrl: bareUrl(given(values, 'ylh_intake_url')),
      orderUrl: bareUrl(given(values, 'ylh_order_url')),
      stockUrl: bareUrl(given(values, 'ylh_stock_url')),
      username: given(values, 'ylh_username'),
      password: given(values, 'ylh_password'),
      clientId: given(values, 'ylh_client_id'),
      clientSecret: given(values, 'ylh_client_secret'),
      sourceSystem: given(values, 'source_system'),
      shopName: given(values, 'shop_name'),
      sellerCode: given(values, 'customer_code'),
      repeatedWords,
    },
  };
}

/** Why no call can be made with these values: the missing keys, else the addresses that may not be called. */
function whyUnusable(platform: Platform, values: ConfigValues, reach: Reach): Text | undefined {
  const missing = missingFor(platform, values);
  if (missing.length > 0)
    return {
      zh: `${NAMES[platform].zh}：缺少 ${missing.join('、')}`,
      en: `${NAMES[platform].en}: ${missing.join(', ')} missing`,
    };
  const wrong = ADDRESSES[platform].flatMap((key) => {
    const reason = given(values, key) === '' ? undefined : whyNotCalled(given(values, key), reach);
    return reason === undefined ? [] : [`${key}: ${reason}`];
  });
  if (wrong.length === 0) return undefined;
  return {
    zh: `${NAMES[platform].zh}：地址不可用（${wrong.join('；')}）`,
    en: `${NAMES[platform].en}: ${wrong.join('; ')}`,
  };
}

const missingFor = (platform: Platform, values: ConfigValues): ConfigKey[] =>
  NEEDED[platform].filter((key) => given(values, key) === '');

const NAMES: Readonly<Record<Platform, Text>> = {
  haier: { zh: '海尔API配置错误', en: 'The configuration of Haier cannot be used' },
  ylh: { zh: '易理货配置错误', en: 'The configuration of YLH cannot be used' },
};

const given = (values: ConfigValues, key: ConfigKey): string => values[key]?.trim() ?? '';

const bareUrl = (url: string): string => url.replace(/\/+$/, '');

/** `supplierCode` of goods that Haier sells itself (domain.md §1.3). */
const HAIER_ITSELF = '1001';
