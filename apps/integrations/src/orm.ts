import type { MikroORM } from '@mikro-orm/postgresql';
import {
  migrateService,
  type OpenOrmOptions,
  openServiceOrm,
  type ServiceTables,
} from '@orderbridge/service-kit/database/open-orm';
import { IntegrationsComplete20261121120000 } from './migrations/20261121120000-integrations-complete.ts';
import { Spine20261121000000 } from './migrations/20261121000000-spine.ts';
import { JobAttempts20261121160000 } from './migrations/20261121160000-job-attempts.ts';
import { ListSorts20261121171000 } from './migrations/20261121171000-list-sorts.ts';
import { Overview20261121153000 } from './migrations/20261121153000-overview.ts';
import { ReconcileRuns20261121182000 } from './migrations/20261121182000-reconcile-runs.ts';
import { SyncSearch20261121154000 } from './migrations/20261121154000-sync-search.ts';
import { ReceivedEvent } from './order-events/received-event.entity.ts';

const TABLES: ServiceTables = {
  schema: 'integrations',
  applicationName: 'orderbridge-integrations',
  entities: [ReceivedEvent],
  migrations: [
    Spine20261121000000,
    IntegrationsComplete20261121120000,
    Overview20261121153000,
    SyncSearch20261121154000,
    JobAttempts20261121160000,
    ListSorts20261121171000,
    ReconcileRuns20261121182000,
  ],
  migrationLock: 4_712_001,
};

/** Opens the ORM on the schema `integrations`. */
export const openOrm = (options: OpenOrmOptions): Promise<MikroORM> => openServiceOrm(TABLES, options);

/** Brings the database to the newest schema; several processes may do so at once. */
export const migrate = (databaseUrl: string): Promise<void> => migrateService(TABLES, databaseUrl);
