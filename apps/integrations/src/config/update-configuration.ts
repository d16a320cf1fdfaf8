import type { ConfigKey, ConfigView } from '@orderbridge/contracts/integrations-api';
import type { SealingKeys } from '@orderbridge/service-kit/seal';
import { NotFound } from '../errors.ts';
import type { ConfigValues } from '../suppliers/read-settings.ts';
import { transact } from '../transaction.ts';
import { announceChange, type AnnounceContext } from './announce-change.ts';
import {
  CONFIGURATION_COLUMNS,
  type ConfigurationRow,
  findConfiguration,
  lockConfigurations,
} from './configuration-row.ts';
import { configurationView } from './configuration-view.ts';
import { type CreateContext, nameTaken, nothingToKeep } from './create-configuration.ts';
import { type GivenConfiguration, readConfiguration } from './read-configuration.ts';
import { recordConfigurationAct } from './record-configuration-act.ts';
import { isSecret, sealConfiguration, unsealConfiguration } from './seal-configuration.ts';

export type UpdateContext = CreateContext & AnnounceContext;

/**
 * Renames a configuration or changes keys of it: a secret whose mask came back stays, an empty text takes an optional
 * key away, a key that is not named stays. Takes effect at once in every process when it is the active one (R130).
 * @throws BadInput, NotFound, Refused when the name is taken or a secret that is to stay does not open
 */
export async function updateConfiguration(
  context: UpdateContext,
  { id, name, config }: { readonly id: string; readonly name?: string | undefined; readonly config?: unknown },
): Promise<ConfigView> {
  const { suppliers } = context.config;
  const given = config === undefined ? undefined : readConfiguration(config, suppliers.outbound);
  const { row, isInUse } = await transact(context, async (tx) => {
    await lockConfigurations(tx.em);
    const before = await findConfiguration(tx.em, id);
    if (!before) throw noSuchConfiguration();
    const after = given ? applied(suppliers.sealing, before, given) : before.config;
    const keys = [
      ...changedKeys(before.config, after),
      ...(name !== undefined && name !== before.name ? ['name'] : []),
    ];
    if (keys.length === 0) return { row: before, isInUse: false };
    if (keys.includes('name') && (await isTaken(tx.em, name!))) throw nameTaken(name!);
    const at = context.now();
    const [row] = await tx.em.execute<[ConfigurationRow]>(
      `update configs set name = ?, config = ?, version = version + 1, updated_at = ?, updated_by = ?
        where id = ? returning ${CONFIGURATION_COLUMNS}`,
      [name ?? before.name, JSON.stringify(after), at, context.by, before.id],
    );
    recordConfigurationAct(tx, { at, by: context.by, action: 'config_updated', row, keys });
    return { row, isInUse: row.is_active };
  });
  if (isInUse) announceChange(context);
  return configurationView(row);
}

/** Said of an id that is none. */
export const noSuchConfiguration = () =>
  new NotFound(
    '配置不存在，可能已被删除，请刷新列表',
    'There is no such configuration; it may have been removed, so reload the list',
  );

/**
 * The stored values with what was given. A secret that was typed again as it is keeps its seal and counts as unchanged;
 * one that does not open is simply replaced, which is the way out when the sealing key was lost.
 */
function applied(
  keys: SealingKeys | undefined,
  { public_id: id, config: stored }: ConfigurationRow,
  { set, keep, clear }: GivenConfiguration,
): ConfigValues {
  const absent = keep.filter((key) => stored[key] === undefined);
  if (absent.length > 0) throw nothingToKeep(absent);
  const staying = Object.fromEntries(
    Object.entries(stored).filter(([key]) => set[key as ConfigKey] === undefined && !clear.includes(key as ConfigKey)),
  );
  // What stays must open, or saving would report a success that no call can use.
  unsealConfiguration(keys, id, staying);
  const again = Object.entries(set).filter(([key, text]) => isSecret(key) && opensAs(keys, id, stored, key, text));
  const sealed = sealConfiguration(keys, id, set);
  return { ...staying, ...sealed, ...Object.fromEntries(again.map(([key]) => [key, stored[key as ConfigKey]!])) };
}

function opensAs(keys: SealingKeys | undefined, id: string, stored: ConfigValues, key: string, text: string): boolean {
  const sealed = stored[key as ConfigKey];
  if (sealed === undefined) return false;
  try {
    return unsealConfiguration(keys, id, { [key]: sealed })[key as ConfigKey] === text;
  } catch {
    return false;
  }
}

const changedKeys = (before: ConfigValues, after: ConfigValues): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key as ConfigKey] !== after[key as ConfigKey],
  );

async function isTaken(em: Parameters<typeof findConfiguration>[0], name: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(`select 1 from configs where name = ?`, [name]);
  return rows.length > 0;
}
