import { Migration } from '@mikro-orm/migrations';

/** What the supplier tells of orders and products. */
export class Suppliers20261121130000 extends Migration {
  override name = '20261121130000-suppliers';

  override up(): void {
    this.addSql(`
      alter table orders
        add sn_code text,
        add delivery_record_code text,
        add parcels jsonb not null default '[]',
        add delivery_images jsonb not null default '[]'`);
    this.addSql(`
      alter table products
        add model text,
        add product_group text,
        add brand text,
        add image_url text,
        add page_urls jsonb not null default '[]',
        add supply_price_fen bigint,
        add invoice_price_fen bigint,
        add market_price_fen bigint,
        add stock_rebate text,
        add stock_rebate_policy text,
        add rebate_money_fen bigint,
        add warehouse_code text,
        add warehouse_grade text,
        add stock_county_code text,
        add price_set_by text,
        add product_synced_at timestamptz,
        add price_synced_at timestamptz,
        add stock_synced_at timestamptz,
        add last_sync_at timestamptz`);
    // Events of integrations that were applied, each once; `raw` is the text of one that could not be, with why and how
    // often it was delivered.
    this.addSql(`
      create table supplier_events (
        event_id uuid primary key,
        type text not null,
        subject text not null,
        round integer,
        why text,
        raw text,
        cause text,
        deliveries integer,
        received_at timestamptz not null
      )`);
    this.addSql(`create index supplier_events_subject on supplier_events (subject, round)`);
    this.addSql(`create index supplier_events_received on supplier_events (received_at)`);
    this.addSql(`create index supplier_events_parked on supplier_events (received_at, event_id) where raw is not null`);
  }

  override down(): void {
    this.addSql(`drop table supplier_events`);
    this.addSql(`
      alter table products drop model, drop product_group, drop brand, drop image_url, drop page_urls, drop supply_price_fen,
        drop invoice_price_fen, drop market_price_fen, drop stock_rebate, drop stock_rebate_policy, drop rebate_money_fen,
        drop warehouse_code, drop warehouse_grade, drop stock_county_code, drop price_set_by, drop product_synced_at,
        drop price_synced_at, drop stock_synced_at, drop last_sync_at`);
    this.addSql(`alter table orders drop sn_code, drop delivery_record_code, drop parcels, drop delivery_images`);
  }
}
