import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { subjects } from '@orderbridge/contracts/subjects';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import type { IntegrationsLog } from '../log.ts';
import type { SupplierAccess } from '../suppliers/suppliers.ts';
import type { ConfigurationRow } from './configuration-row.ts';

const LOOK_EVERY_MS = 3_000;

export type WatchContext = {
  readonly orm: MikroORM;
  readonly js: Pick<JetStream, 'connection'>;
  readonly suppliers: Pick<SupplierAccess, 'forget'>;
  readonly log: IntegrationsLog;
};

/**
 * Drops clients and tokens of this process when another one changed the configuration in use (R130): looks at the table
 * as soon as it is told, and every few seconds for the case that the message was lost.
 */
export function watchConfiguration(
  { orm, js, suppliers, log }: WatchContext,
  lookEveryMs = LOOK_EVERY_MS,
): { stop: () => Promise<void> } {
  let stopped = false;
  let told = false;
  let endWait = () => {};
  const wake = () => {
    told = true;
    endWait();
  };
  const subscription = js.connection.subscribe(subjects.supplierConfigChanged, { callback: wake });

  const watch = async () => {
    // Undefined until the first look: what the clients were built from by then is not known.
    let seen: string | undefined;
    let away = false;
    while (!stopped) {
      told = false;
      try {
        const version = await activeVersion(orm);
        if (version !== seen) suppliers.forget();
        seen = version;
        away = false;
      } catch (error) {
        if (!away) log.warn('supplier configuration not looked at', {}, error);
        away = true;
      }
      if (told || stopped) continue;
      const waiting = new AbortController();
      endWait = () => waiting.abort();
      await delay(lookEveryMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    stop: async () => {
      stopped = true;
      subscription.unsubscribe();
      wake();
      await watching;
    },
  };
}

/** Another text whenever another configuration is active, or the active one was changed. */
async function activeVersion(orm: MikroORM): Promise<string> {
  const [row] = await orm.em
    .fork()
    .execute<Pick<ConfigurationRow, 'public_id' | 'version'>[]>(
      `select public_id, version from configs where is_active`,
    );
  return row ? `${row.public_id}/${row.version}` : 'none';
}
