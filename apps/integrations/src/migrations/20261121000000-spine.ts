import { Migration } from '@mikro-orm/migrations';

/** Events taken from the bus. */
export class Spine20261121000000 extends Migration {
  override name = '20261121000000-spine';

  override up(): void {
    this.addSql(`
      create table received_order_events (
        id bigint generated always as identity primary key,
        event_id uuid unique,
        stream_sequence bigint not null,
        type text,
        order_number text,
        data jsonb,
        happened_at timestamptz,
        raw text,
        received_at timestamptz not null,
        check (raw is not null or (event_id is not null and type is not null and order_number is not null
          and data is not null and happened_at is not null))
      )`);
    // The text too, because a stream that was made anew counts from one again.
    this.addSql(
      `create unique index received_order_events_nameless on received_order_events (stream_sequence, md5(raw)) where event_id is null`,
    );
    this.addSql(`create index received_order_events_received on received_order_events (received_at)`);
    this.addSql(`create index received_order_events_order on received_order_events (order_number, id)`);
  }

  override down(): void {
    this.addSql(`drop table if exists received_order_events`);
  }
}
