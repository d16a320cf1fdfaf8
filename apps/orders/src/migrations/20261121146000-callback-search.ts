import { Migration } from '@mikro-orm/migrations';

/** Searching callbacks, the headers that sign them, and replaying many at once. */
export class CallbackSearch20261121146000 extends Migration {
  override name = '20261121146000-callback-search';

  override up(): void {
    // json keeps the headers as they were given.
    this.addSql(`alter table callbacks add transaction_id text, add signature_headers json`);
    this.addSql(
      `create index callbacks_transaction on callbacks (transaction_id, id) where transaction_id is not null`,
    );
    this.addSql(`create index callbacks_provider on callbacks (provider, id)`);
    this.addSql(`
      create table callback_replay_batches (
        id uuid primary key,
        by text not null,
        reason text not null,
        total integer not null,
        done integer not null default 0,
        failed integer not null default 0,
        started_at timestamptz not null,
        last_at timestamptz not null,
        finished_at timestamptz
      )`);
  }

  override down(): void {
    this.addSql(`drop table callback_replay_batches`);
    this.addSql(`drop index callbacks_provider`);
    this.addSql(`drop index callbacks_transaction`);
    this.addSql(`alter table callbacks drop signature_headers, drop transaction_id`);
  }
}
