import { Migration } from '@mikro-orm/migrations';

/** The subject of a supplier's event is an order number or product code and compared with those, so in their collation. */
export class SupplierEventSubject20261121215000 extends Migration {
  override name = '20261121215000-supplier-event-subject';

  override up(): void {
    this.addSql(`alter table supplier_events alter column subject type text collate "C"`);
  }

  override down(): void {
    this.addSql(`alter table supplier_events alter column subject type text collate "default"`);
  }
}
