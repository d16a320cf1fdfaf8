import { Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import { announceChange } from './announce-change.ts';
import { findConfiguration, lockConfigurations } from './configuration-row.ts';
import { sourceInUse } from './load-configuration.ts';
import { recordConfigurationAct } from './record-configuration-act.ts';
import { noSuchConfiguration, type UpdateContext } from './update-configuration.ts';

/**
 * Takes a configuration away for good. The active one goes only where the environment takes over, because without any
 * every push would be refused.
 * @throws NotFound, Refused
 */
export async function removeConfiguration(
  context: UpdateContext,
  { id }: { readonly id: string },
): Promise<{ removed: boolean }> {
  const wasInUse = await transact(context, async (tx) => {
    await lockConfigurations(tx.em);
    const row = await findConfiguration(tx.em, id);
    if (!row) throw noSuchConfiguration();
    if (row.is_active && sourceInUse(context.config.suppliers, false) === 'none')
      throw new Refused(
        'REFUSED',
        `配置“${row.name}”正在使用，且环境变量中没有可替代的配置：请先启用另一个配置`,
        `The configuration "${row.name}" is in use and the environment gives none to take over; activate another one first`,
      );
    await tx.em.execute(`delete from configs where id = ?`, [row.id], 'run');
    recordConfigurationAct(tx, { at: context.now(), by: context.by, action: 'config_removed', row });
    return row.is_active;
  });
  if (wasInUse) announceChange(context);
  return { removed: true };
}
