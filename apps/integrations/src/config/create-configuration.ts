import { randomUUID } from 'node:crypto';
import type { ConfigView } from '@orderbridge/contracts/integrations-api';
import { BadInput, Refused } from '../errors.ts';
import type { SupplierConfig } from '../supplier-config.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { CONFIGURATION_COLUMNS, type ConfigurationRow } from './configuration-row.ts';
import { configurationView } from './configuration-view.ts';
import { readConfiguration } from './read-configuration.ts';
import { recordConfigurationAct } from './record-configuration-act.ts';
import { sealConfiguration } from './seal-configuration.ts';

export type CreateContext = TransactContext & {
  readonly now: () => Date;
  readonly by: string;
  readonly config: { readonly suppliers: SupplierConfig };
};

/**
 * Stores a configuration under a name of its own. It is not in use until somebody activates it, so that it can be
 * tested first.
 * @throws BadInput when it cannot be used as it is, Refused when the name is taken or there is no key to seal with
 */
export async function createConfiguration(
  context: CreateContext,
  { name, config }: { readonly name: string; readonly config?: unknown },
): Promise<ConfigView> {
  const { suppliers } = context.config;
  const given = readConfiguration(config, suppliers.outbound);
  if (given.keep.length > 0) throw nothingToKeep(given.keep);
  const id = randomUUID();
  const sealed = sealConfiguration(suppliers.sealing, id, given.set);
  return transact(context, async (tx) => {
    const at = context.now();
    const [row] = await tx.em.execute<ConfigurationRow[]>(
      `insert into configs (public_id, name, config, created_at, updated_at, updated_by) values (?, ?, ?, ?, ?, ?)
       on conflict (name) do nothing returning ${CONFIGURATION_COLUMNS}`,
      [id, name, JSON.stringify(sealed), at, at, context.by],
    );
    if (!row) throw nameTaken(name);
    recordConfigurationAct(tx, { at, by: context.by, action: 'config_created', row, keys: Object.keys(given.set) });
    return configurationView(row);
  });
}

/** The mask stands for a stored secret, and there is none. */
export const nothingToKeep = (keys: readonly string[]) =>
  new BadInput(
    `这些字段没有已保存的值，请填写实际内容: ${keys.join(', ')}`,
    `Nothing is stored for these keys yet; enter their real values: ${keys.join(', ')}`,
  );

/** Names are unique (R128). */
export const nameTaken = (name: string) =>
  new Refused(
    'CONFLICT',
    `配置名称“${name}”已存在，请使用其他名称`,
    `There is a configuration named "${name}" already; choose another name`,
  );
