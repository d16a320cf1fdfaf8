import type { IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { readUnsent } from '@orderbridge/service-kit/outbox/read-unsent';
import type { MikroORM } from '@mikro-orm/postgresql';
import { sourceInUse } from '../config/load-configuration.ts';
import type { SupplierConfig } from '../supplier-config.ts';
import type { OpenedSuppliers } from '../suppliers/open-suppliers.ts';
import { readBalances } from './read-balances.ts';
import { readJobs } from './read-jobs.ts';
import { readSyncs } from './read-syncs.ts';
import type { UpstreamWatch } from './watch-upstreams.ts';

export type OverviewContext = {
  readonly orm: MikroORM;
  readonly config: { readonly suppliers: SupplierConfig };
  readonly suppliers: Pick<OpenedSuppliers, 'access' | 'budgets'>;
  readonly upstreams: UpstreamWatch;
  readonly now: () => Date;
};

/** How the work at the platforms goes, from our own rows and counts: no platform is asked, so none can fail it. */
export async function readOverview(context: OverviewContext): Promise<IntegrationsOverview> {
  const em = context.orm.em.fork();
  const at = context.now();
  return {
    at: at.toISOString(),
    configuration: await readConfiguration(context),
    ...(await readJobs(em, at)),
    upstreamsSince: context.upstreams.since().toISOString(),
    upstreams: await context.upstreams.read(context.suppliers.budgets()),
    balances: await readBalances(em, at),
    syncs: await readSyncs(em),
    outbox: await readUnsent(em, at),
  };
}

async function readConfiguration({
  orm,
  config,
  suppliers,
}: OverviewContext): Promise<IntegrationsOverview['configuration']> {
  const [active] = await orm.em.fork().execute<object[]>(`select 1 from configs where is_active`);
  // Secrets that do not open are told where configurations are tested; here it is enough that nothing can be called.
  const current = await suppliers.access.current().catch(() => undefined);
  const problems = current?.problems ?? { haier: UNUSABLE, ylh: UNUSABLE };
  return {
    source: sourceInUse(config.suppliers, active !== undefined),
    active: active !== undefined,
    problems: (['haier', 'ylh'] as const).flatMap((upstream) => {
      const problem = problems[upstream];
      return problem ? [{ upstream, detail: problem.zh, detailEn: problem.en }] : [];
    }),
  };
}

const UNUSABLE = { zh: '当前配置无法读取', en: 'The configuration in use cannot be read' };
