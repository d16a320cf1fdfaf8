import type { MikroORM } from '@mikro-orm/postgresql';
import type { SupplierConfig } from '../supplier-config.ts';
import type { ConfigValues } from '../suppliers/read-settings.ts';
import type { Suppliers } from '../suppliers/suppliers.ts';
import { CONFIGURATION_COLUMNS, type ConfigurationRow } from './configuration-row.ts';
import { unsealConfiguration } from './seal-configuration.ts';

/** The configuration in use, with its secrets in clear: for the clients, and never for a log or an answer. */
export type LoadedConfiguration = { readonly source: Suppliers['source']; readonly values: ConfigValues };

export type LoadContext = { readonly orm: MikroORM; readonly config: { readonly suppliers: SupplierConfig } };

/**
 * Finds what the platforms are called with: the active row, else the environment (R125), else nothing. Answers without
 * a network stand for all of it when the environment says so, and outside production where nothing is configured (R11).
 * @throws Refused SUPPLIER_NOT_CONFIGURED when the active row's secrets do not open
 */
export async function loadConfiguration({ orm, config: { suppliers } }: LoadContext): Promise<LoadedConfiguration> {
  const [row] = await orm.em
    .fork()
    .execute<ConfigurationRow[]>(`select ${CONFIGURATION_COLUMNS} from configs where is_active`);
  const source = sourceInUse(suppliers, row !== undefined);
  switch (source) {
    case 'database':
      return { source, values: unsealConfiguration(suppliers.sealing, row!.public_id, row!.config) };
    case 'environment':
      return { source, values: suppliers.environment };
    case 'mock':
    case 'none':
      return { source, values: {} };
  }
}

/** Where the configuration in use comes from. */
export function sourceInUse(
  { mock, environment }: Pick<SupplierConfig, 'mock' | 'environment'>,
  hasActiveRow: boolean,
): Suppliers['source'] {
  if (mock === 'always') return 'mock';
  if (hasActiveRow) return 'database';
  if (Object.keys(environment).length > 0) return 'environment';
  return mock === 'when_unset' ? 'mock' : 'none';
}
