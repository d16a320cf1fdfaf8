import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ConfigValues } from '../suppliers/read-settings.ts';

/** A named configuration as the table `configs` holds it: values of secret keys are sealed. */
export type ConfigurationRow = {
  readonly id: string;
  readonly public_id: string;
  readonly name: string;
  readonly config: ConfigValues;
  readonly is_active: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly updated_by: string;
};

/** Its columns, for `select` and `returning`. */
export const CONFIGURATION_COLUMNS =
  'id, public_id, name, config, is_active, version, created_at, updated_at, updated_by';

/** Configurations change rarely: one at a time, so that there is never a moment with two active ones. Readers go on. */
export const lockConfigurations = (em: SqlEntityManager): Promise<unknown> =>
  em.execute('lock table configs in share row exclusive mode', [], 'run');

/** The configuration of this id; undefined when there is none. */
export async function findConfiguration(em: SqlEntityManager, id: string): Promise<ConfigurationRow | undefined> {
  const [row] = await em.execute<ConfigurationRow[]>(
    `select ${CONFIGURATION_COLUMNS} from configs where public_id = ?`,
    [id],
  );
  return row;
}
