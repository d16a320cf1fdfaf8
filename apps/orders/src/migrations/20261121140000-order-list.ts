import { Migration } from '@mikro-orm/migrations';

/** What the order list looks for besides the newest: how things stand at Haier, and open cases. */
export class OrderList20261121140000 extends Migration {
  override name = '20261121140000-order-list';

  override up(): void {
    this.addSql(`create index orders_haier_status on orders (haier_status, id)`);
    this.addSql(`create index orders_without_haier on orders (id) where haier_line_count = 0`);
    this.addSql(
      `create index exceptions_open_orders on exceptions (order_id) where status = 'open' and order_id is not null`,
    );
  }

  override down(): void {
    this.addSql(`drop index exceptions_open_orders, orders_without_haier, orders_haier_status`);
  }
}
