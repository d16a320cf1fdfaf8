import { Migration } from '@mikro-orm/migrations';

/** Jobs by when they are tried next. */
export class ListSorts20261121171000 extends Migration {
  override name = '20261121171000-list-sorts';

  override up(): void {
    this.addSql(
      `create index jobs_next on jobs (coalesce(case when state = 'waiting' then next_attempt_at end, 'infinity'), id)`,
    );
  }

  override down(): void {
    this.addSql(`drop index jobs_next`);
  }
}
