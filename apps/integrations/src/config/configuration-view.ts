import { type ConfigView, SECRET_MASK } from '@orderbridge/contracts/integrations-api';
import { missingKeys } from '../suppliers/read-settings.ts';
import type { ConfigurationRow } from './configuration-row.ts';
import { isSecret } from './seal-configuration.ts';

/** A configuration as staff may see it: nobody gets a secret out again. */
export const configurationView = (row: ConfigurationRow): ConfigView => ({
  id: row.public_id,
  name: row.name,
  isActive: row.is_active,
  version: row.version,
  config: Object.fromEntries(
    Object.entries(row.config).map(([key, text]) => [key, isSecret(key) ? SECRET_MASK : text]),
  ),
  missing: missingKeys(row.config),
  createdAt: new Date(row.created_at).toISOString(),
  updatedAt: new Date(row.updated_at).toISOString(),
  updatedBy: row.updated_by,
});
