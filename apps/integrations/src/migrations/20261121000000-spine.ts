import { Migration } from '@mikro-orm/migrations';

/** Events taken from the bus. */
export class Spine20261121000000 extends Migration {
  override name = '20261121000000-spine';

  override up(): void {
    this.addSql(`
      create table received_order_events (
        id bigint generated always as identity primary key,
        event_id uuid not null unique,
        type text not null,
        order_number text not null,
        data jsonb not null,
        happened_at timestamptz not null,
        received_at timestamptz not null
      )`);
    this.addSql(`create index received_order_events_order on received_order_events (order_number, id)`);
  }

  override down(): void {
    this.addSql(`drop table if exists received_order_events`);
  }
}
