import { Migration } from '@mikro-orm/migrations';

/** Lists of money by amount and of certain days, the audit of certain days, products by price and stock, open cases from either end. */
export class ListSorts20261121170000 extends Migration {
  override name = '20261121170000-list-sorts';

  override up(): void {
    for (const table of ['payments', 'refunds']) {
      this.addSql(`create index ${table}_amount on ${table} (amount_fen, id)`);
      this.addSql(`create index ${table}_created on ${table} (created_at, id)`);
    }
    this.addSql(`create index audit_entries_at on audit_entries (at, id)`);
    this.addSql(`create index products_price on products (price_fen, id)`);
    this.addSql(`create index products_stock on products (stock, id)`);
    this.addSql(`create index exceptions_waiting on exceptions (id) where status = 'open'`);
  }

  override down(): void {
    this.addSql(`drop index exceptions_waiting`);
    this.addSql(`drop index products_stock`);
    this.addSql(`drop index products_price`);
    this.addSql(`drop index audit_entries_at`);
    for (const table of ['refunds', 'payments']) {
      this.addSql(`drop index ${table}_created`);
      this.addSql(`drop index ${table}_amount`);
    }
  }
}
