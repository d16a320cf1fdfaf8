import type { ConfigView } from '@orderbridge/contracts/integrations-api';
import { transact } from '../transaction.ts';
import { announceChange } from './announce-change.ts';
import {
  CONFIGURATION_COLUMNS,
  type ConfigurationRow,
  findConfiguration,
  lockConfigurations,
} from './configuration-row.ts';
import { configurationView } from './configuration-view.ts';
import { recordConfigurationAct } from './record-configuration-act.ts';
import { unsealConfiguration } from './seal-configuration.ts';
import { noSuchConfiguration, type UpdateContext } from './update-configuration.ts';

/**
 * Puts a configuration into use in every process at once, with new tokens; the one before is switched off (R130).
 * @throws NotFound, Refused when its secrets do not open
 */
export async function activateConfiguration(
  context: UpdateContext,
  { id }: { readonly id: string },
): Promise<ConfigView> {
  const { row, isNew } = await transact(context, async (tx) => {
    await lockConfigurations(tx.em);
    const found = await findConfiguration(tx.em, id);
    if (!found) throw noSuchConfiguration();
    if (found.is_active) return { row: found, isNew: false };
    unsealConfiguration(context.config.suppliers.sealing, id, found.config);
    const at = context.now();
    await tx.em.execute(`update configs set is_active = false where is_active`, [], 'run');
    const [row] = await tx.em.execute<[ConfigurationRow]>(
      `update configs set is_active = true, updated_at = ?, updated_by = ? where id = ? returning ${CONFIGURATION_COLUMNS}`,
      [at, context.by, found.id],
    );
    recordConfigurationAct(tx, { at, by: context.by, action: 'config_activated', row });
    return { row, isNew: true };
  });
  if (isNew) announceChange(context);
  return configurationView(row);
}
