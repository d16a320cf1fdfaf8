import { Migration } from '@mikro-orm/migrations';

/** What the overview counts by time. Rows that are only ever added stand in order of time, so a summary per block does. */
export class Overview20261121143000 extends Migration {
  override name = '20261121143000-overview';

  override up(): void {
    this.addSql(
      `create index state_changes_at on state_changes using brin (at) with (pages_per_range = 32, autosummarize = on)`,
    );
    this.addSql(
      `create index callbacks_received on callbacks using brin (received_at) with (pages_per_range = 32, autosummarize = on)`,
    );
    this.addSql(`create index payments_paid on payments (paid_at) include (amount_fen) where paid_at is not null`);
    this.addSql(`create index message_failures_last on message_failures (last_at)`);
    this.addSql(`create index unreadable_messages_received on unreadable_messages (received_at)`);
  }

  override down(): void {
    this.addSql(
      `drop index unreadable_messages_received, message_failures_last, payments_paid, callbacks_received, state_changes_at`,
    );
  }
}
