import { Migration } from '@mikro-orm/migrations';

/** What the overview and the measuring of jobs count. */
export class Overview20261121153000 extends Migration {
  override name = '20261121153000-overview';

  override up(): void {
    this.addSql(`create index jobs_paused on jobs (id) where state = 'paused'`);
  }

  override down(): void {
    this.addSql(`drop index jobs_paused`);
  }
}
