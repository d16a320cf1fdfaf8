import { Migration } from '@mikro-orm/migrations';

/** Events of suppliers are looked up by order numbers, so their subject is in the collation of those. */
export class SupplierEventSubject20261121215000 extends Migration {
  override name = '20261121215000-supplier-event-subject';

  override up(): void {
    this.addSql(`alter table supplier_events alter column subject type text collate "C"`);
  }

  override down(): void {
    this.addSql(`alter table supplier_events alter column subject type text collate "default"`);
  }
}
