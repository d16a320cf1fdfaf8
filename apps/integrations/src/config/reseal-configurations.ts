import type { IntegrationsLog } from '../log.ts';
import { transact, type TransactContext } from '../transaction.ts';
import type { SupplierConfig } from '../supplier-config.ts';
import { CONFIGURATION_COLUMNS, type ConfigurationRow, lockConfigurations } from './configuration-row.ts';
import { isSealedAnew, sealConfiguration, unsealConfiguration } from './seal-configuration.ts';

/**
 * Seals what is still sealed under the previous key under the current one, so that the previous can be thrown away. A
 * configuration that opens under neither is left as it is and named in the log.
 */
export async function resealConfigurations(
  context: TransactContext & { readonly config: { readonly suppliers: SupplierConfig }; readonly log: IntegrationsLog },
): Promise<void> {
  const keys = context.config.suppliers.sealing;
  if (!keys?.previous) return;
  const count = await transact(context, async ({ em }) => {
    await lockConfigurations(em);
    const rows = await em.execute<ConfigurationRow[]>(`select ${CONFIGURATION_COLUMNS} from configs order by id`);
    let resealed = 0;
    for (const { id, public_id, config } of rows.filter((row) => !isSealedAnew(keys, row.config))) {
      try {
        const anew = sealConfiguration(keys, public_id, unsealConfiguration(keys, public_id, config));
        await em.execute(`update configs set config = ? where id = ?`, [JSON.stringify(anew), id], 'run');
        resealed += 1;
      } catch (error) {
        context.log.error('configuration not sealed anew', { id: public_id }, error);
      }
    }
    return resealed;
  });
  context.log.info('configurations sealed anew', { count });
}
