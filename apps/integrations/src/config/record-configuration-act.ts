import { recordEvent } from '../outbox/record-event.ts';
import type { Tx } from '../transaction.ts';
import type { ConfigurationRow } from './configuration-row.ts';

export type ConfigurationAct = {
  readonly at: Date;
  readonly by: string;
  readonly action: 'config_created' | 'config_updated' | 'config_activated' | 'config_removed';
  readonly row: Pick<ConfigurationRow, 'public_id' | 'name' | 'version'>;
  /** Names of the keys that changed; their values are nobody's business. */
  readonly keys?: readonly string[];
};

/** Tells orders' audit chain who did what to which configuration (R130, R153). */
export function recordConfigurationAct(tx: Tx, { at, by, action, row, keys }: ConfigurationAct): void {
  recordEvent(tx, at, 'staff.acted', null, {
    actor: by,
    action,
    resourceType: 'config',
    resourceId: row.public_id,
    detail: { name: row.name, version: row.version, ...(keys && { keys: keys.toSorted() }) },
  });
}
