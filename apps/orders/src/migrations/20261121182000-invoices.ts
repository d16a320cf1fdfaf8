import { Migration } from '@mikro-orm/migrations';

/** The invoice that a subsidy is proved with (features.md row 40); its number and date come together or not at all. */
export class Invoices20261121182000 extends Migration {
  override name = '20261121182000-invoices';

  override up(): void {
    this.addSql(`
      alter table orders
        add invoice_no text,
        add invoice_date date,
        add constraint orders_invoice_whole check ((invoice_no is null) = (invoice_date is null))`);
  }

  override down(): void {
    this.addSql(`alter table orders drop invoice_no, drop invoice_date`);
  }
}
