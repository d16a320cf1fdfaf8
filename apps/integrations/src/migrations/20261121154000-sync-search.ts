import { Migration } from '@mikro-orm/migrations';

/** Runs of certain days, however long ago. */
export class SyncSearch20261121154000 extends Migration {
  override name = '20261121154000-sync-search';

  override up(): void {
    this.addSql(`create index sync_runs_created on sync_runs (created_at, id)`);
  }

  override down(): void {
    this.addSql(`drop index sync_runs_created`);
  }
}
