import { type ConfigKey, SECRET_CONFIG_KEYS } from '@orderbridge/contracts/integrations-api';
import { isSealedUnderCurrent, seal, type SealingKeys, unseal, UnsealError } from '@orderbridge/service-kit/seal';
import { Refused } from '../errors.ts';
import type { ConfigValues } from '../suppliers/read-settings.ts';

export const isSecret = (key: string): boolean => (SECRET_CONFIG_KEYS as readonly string[]).includes(key);

/**
 * The values as they are stored: secrets sealed one by one, each for its place in this configuration only.
 * @throws Refused when there is a secret and no key to seal it with; nothing is ever stored in clear instead
 */
export function sealConfiguration(keys: SealingKeys | undefined, id: string, values: ConfigValues): ConfigValues {
  return mapSecrets(values, (key, text) => seal(needed(keys), text, placeOf(id, key)));
}

/**
 * The values in clear.
 * @throws Refused that names the secrets which do not open, and why
 */
export function unsealConfiguration(keys: SealingKeys | undefined, id: string, values: ConfigValues): ConfigValues {
  const closed: string[] = [];
  const opened = mapSecrets(values, (key, sealed) => {
    try {
      return unseal(needed(keys), sealed, placeOf(id, key));
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      closed.push(`${key}: ${error.message}`);
      return '';
    }
  });
  if (closed.length === 0) return opened;
  const list = closed.join('; ');
  throw new Refused(
    'SUPPLIER_NOT_CONFIGURED',
    `海尔API配置错误：已保存的密钥无法解密（${list}）。请核对 DATA_ENCRYPTION_KEY，或重新填写这些密钥`,
    `Stored secrets cannot be opened (${list}); check DATA_ENCRYPTION_KEY, or enter these secrets again`,
  );
}

/** Whether every secret is sealed under the current key, so that the previous one is not needed for it. */
export const isSealedAnew = (keys: SealingKeys, values: ConfigValues): boolean =>
  Object.entries(values).every(([key, text]) => !isSecret(key) || isSealedUnderCurrent(keys, text));

const placeOf = (id: string, key: string) => `configs/${id}/${key}`;

function mapSecrets(values: ConfigValues, change: (key: string, text: string) => string): ConfigValues {
  const entries = Object.entries(values) as [ConfigKey, string][];
  return Object.fromEntries(entries.map(([key, text]) => [key, isSecret(key) ? change(key, text) : text]));
}

function needed(keys: SealingKeys | undefined): SealingKeys {
  if (keys) return keys;
  throw new Refused(
    'SUPPLIER_NOT_CONFIGURED',
    '海尔API配置错误：未设置 DATA_ENCRYPTION_KEY，无法保存或读取密钥，请管理员设置后重试',
    'DATA_ENCRYPTION_KEY is not set, so secrets can be neither stored nor read; set it and try again',
  );
}
