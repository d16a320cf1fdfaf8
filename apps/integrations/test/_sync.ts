import { syncApi } from '@orderbridge/contracts/integrations-api';
import { supplierEventData, type SupplierEventData } from '@orderbridge/contracts/supplier-events';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import type { z } from 'zod';
import { migrate, openOrm } from '../src/orm.ts';
import { getSync } from '../src/sync/get-sync.ts';
import { runNextSync } from '../src/sync/run-sync.ts';
import { startSync } from '../src/sync/start-sync.ts';
import type { SupplierAccess } from '../src/suppliers/suppliers.ts';
import { scriptedHaier } from './_scripted-haier.ts';

export const COUNTY = '370212';

/** Syncs on a database of their own, with a scripted Haier unless told otherwise; `js` where the catalogue of orders is asked. */
export async function syncsOnDatabase({
  size = 50,
  js,
  suppliers,
}: { size?: number; js?: JetStream; suppliers?: Pick<SupplierAccess, 'current'> } = {}) {
  const database = await testDatabase({ template: 'integrations', migrate });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 8 });
  const haier = scriptedHaier(size);
  let now = new Date('2026-11-20T02:00:00.000Z');
  const context = {
    orm,
    js: js as JetStream,
    wakeRelay: () => {},
    now: () => now,
    by: 'staff:tester',
    log: { info: () => {}, warn: () => {} },
    suppliers: suppliers ?? haier.access,
    config: { sync: { countyCode: undefined as string | undefined } },
    pausesMs: [1, 1],
  };
  const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> => orm.em.fork().execute<T[]>(sql, params);

  return {
    database,
    context,
    haier,
    rows,
    later(ms: number) {
      now = new Date(now.getTime() + ms);
    },
    start: (input: z.input<typeof syncApi.start.input>) => startSync(context, syncApi.start.input.parse(input)),
    work: (stopping: AbortSignal = new AbortController().signal) => runNextSync(context, stopping),
    /** Starts a run, does it, and answers how it ended. */
    async run(input: z.input<typeof syncApi.start.input>) {
      const { id } = await this.start(input);
      await this.work();
      return this.get(id);
    },
    get: (id: string) => getSync(orm.em.fork(), { id }),
    /** What orders is told by a run: its events as the outbox holds them. */
    told: async (runId: string) =>
      (
        await rows<{ data: SupplierEventData<'catalogue.synced'> }>(
          `select data from outbox where type = 'catalogue.synced' and data->>'runId' = ? order by id`,
          [runId],
        )
      ).map(({ data }) => supplierEventData['catalogue.synced'].parse(data).items),
    async [Symbol.asyncDispose]() {
      await orm.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
export type Syncs = Awaited<ReturnType<typeof syncsOnDatabase>>;
