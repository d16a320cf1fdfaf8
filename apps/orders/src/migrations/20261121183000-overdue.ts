import { Migration } from '@mikro-orm/migrations';

/**
 * Orders that wait for their push, few among all and looked at every half minute (raise-overdue.ts), and those that were
 * lately called off, of which the overview sees to it that they hold no money.
 */
export class Overdue20261121183000 extends Migration {
  override name = '20261121183000-overdue';

  override up(): void {
    this.addSql(`
      create index orders_unpushed on orders (paid_at)
        where status = 'paid' and haier_status = 'none' and haier_line_count > 0 and local_line_count = 0`);
    this.addSql(`
      create index state_changes_off on state_changes (at) include (order_id)
        where machine = 'order' and to_state in ('cancelled', 'refunded') and from_state <> to_state`);
  }

  override down(): void {
    this.addSql(`drop index state_changes_off, orders_unpushed`);
  }
}
