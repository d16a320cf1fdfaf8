import { Migration } from '@mikro-orm/migrations';

/** Filters of lists that a person keeps under a name (view-api.ts). */
export class SavedViews20261121220000 extends Migration {
  override name = '20261121220000-saved-views';

  override up(): void {
    this.addSql(`
      create table saved_views (
        id bigint generated always as identity primary key,
        staff_id bigint not null references staff (id) on delete cascade,
        room text not null,
        name text not null,
        query text not null,
        unique (staff_id, room, name)
      )`);
  }

  override down(): void {
    this.addSql(`drop table saved_views`);
  }
}
