import type { GivenEnv } from '@orderbridge/service-kit/env';
import { connectJetStream } from '@orderbridge/service-kit/jetstream/connect';
import { createLogger } from '@orderbridge/service-kit/logger';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import { readConfig } from '../config.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { LOG_FIELDS } from '../log.ts';
import { openOrm } from '../orm.ts';
import type { ReconcileContext } from '../reconcile/run-reconcile.ts';
import { mockSuppliers } from '../suppliers/mock-suppliers.ts';
import { openSuppliers } from '../suppliers/open-suppliers.ts';
import { upstreamMetrics } from '../suppliers/upstream-metrics.ts';

const POOL_MAX = 4;

/**
 * Opens what commands need, with the settings of the service: database, broker and platforms, no port and no relay.
 * @throws EnvError, or when the database or the broker cannot be reached now
 */
export async function openCommandContext(
  env: GivenEnv,
): Promise<ReconcileContext & { readonly close: () => Promise<void> }> {
  const config = readConfig(env);
  const now = () => new Date();
  // What is worth knowing is in the lines of the command itself.
  const log = createLogger({ service: 'integrations', level: 'silent', fields: LOG_FIELDS });
  const js = await connectJetStream({ url: config.natsUrl, name: 'integrations-command', waitForServer: false });
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolMax: POOL_MAX });
  const suppliers = openSuppliers({
    limits: config.suppliers,
    loadConfig: () => loadConfiguration({ orm, config }),
    mock: mockSuppliers,
    metrics: upstreamMetrics(createMetrics('integrations')),
    log,
    now,
  });
  return {
    orm,
    js,
    suppliers: suppliers.access,
    log,
    now,
    by: 'system',
    // Nobody to wake here: the relay of the running service finds the events of other processes by itself.
    wakeRelay: () => undefined,
    close: async () => {
      await suppliers.close();
      await js.close();
      await orm.close();
    },
  };
}
