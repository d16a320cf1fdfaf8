import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ConfigView } from '@orderbridge/contracts/integrations-api';
import type { SupplierConfig } from '../supplier-config.ts';
import type { Suppliers } from '../suppliers/suppliers.ts';
import { CONFIGURATION_COLUMNS, type ConfigurationRow } from './configuration-row.ts';
import { configurationView } from './configuration-view.ts';
import { sourceInUse } from './load-configuration.ts';

/** Every configuration, the active one first, then by name; and where the one in use comes from (domain.md §3.8). */
export async function listConfigurations(
  em: SqlEntityManager,
  suppliers: SupplierConfig,
): Promise<{ items: ConfigView[]; source: Suppliers['source'] }> {
  const rows = await em.execute<ConfigurationRow[]>(
    `select ${CONFIGURATION_COLUMNS} from configs order by is_active desc, name`,
  );
  const hasActive = rows.some(({ is_active }) => is_active);
  return { items: rows.map(configurationView), source: sourceInUse(suppliers, hasActive) };
}
