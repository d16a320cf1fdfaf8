import { Migration } from '@mikro-orm/migrations';

/** How far a reconciliation has come that somebody waits for. */
export class ReconcileRuns20261121182000 extends Migration {
  override name = '20261121182000-reconcile-runs';

  override up(): void {
    this.addSql(`
      create table reconcile_runs (
        id uuid primary key,
        total integer,
        checked integer not null default 0,
        started_at timestamptz not null
      )`);
  }

  override down(): void {
    this.addSql(`drop table reconcile_runs`);
  }
}
