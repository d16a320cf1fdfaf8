import { Migration } from '@mikro-orm/migrations';

/** Configurations, jobs, the outbox to orders, the sync log, and why an event of orders was kept unread. */
export class IntegrationsComplete20261121120000 extends Migration {
  override name = '20261121120000-integrations-complete';

  override up(): void {
    // Of an event that was kept as it came: why, and how often it was delivered.
    this.addSql(`alter table received_order_events add cause text, add deliveries integer`);
    this.addSql(`create index received_order_events_unread on received_order_events (id) where raw is not null`);

    // Values of secret keys are sealed one by one (AES-256-GCM, key id in front), the rest is plain.
    this.addSql(`
      create table configs (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        name text not null unique,
        config jsonb not null,
        is_active boolean not null default false,
        version integer not null default 1,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`);
    this.addSql(`create unique index configs_active on configs (is_active) where is_active`);

    this.addSql(`
      create table batches (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        paused boolean not null default false,
        created_at timestamptz not null
      )`);
    this.addSql(`
      create table jobs (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        kind text not null check (kind in ('push', 'cancel')),
        order_number text not null,
        round integer not null,
        key text collate "C" not null unique,
        state text not null check (state in ('waiting', 'running', 'paused', 'done', 'refused', 'gave_up')),
        priority smallint not null,
        attempts integer not null default 0,
        tries integer not null default 0,
        next_attempt_at timestamptz,
        leased_until timestamptz,
        lease_no integer not null default 0,
        outcome_unknown boolean not null default false,
        last_outcome text,
        detail text,
        detail_en text,
        batch_id uuid references batches (public_id),
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    this.addSql(`create index jobs_due on jobs (priority, next_attempt_at) where state = 'waiting'`);
    this.addSql(`create index jobs_running on jobs (leased_until) where state = 'running'`);
    this.addSql(`create index jobs_open on jobs (kind, state) where state in ('waiting', 'running', 'paused')`);
    this.addSql(`create index jobs_ended on jobs (updated_at) where state in ('done', 'refused', 'gave_up')`);
    this.addSql(`create index jobs_state on jobs (state, id)`);
    this.addSql(`create index jobs_order on jobs (order_number, id)`);
    this.addSql(`create index jobs_batch on jobs (batch_id, id) where batch_id is not null`);

    this.addSql(`
      create table outbox (
        id bigint generated always as identity primary key,
        event_id uuid not null,
        type text not null,
        subject text not null,
        data jsonb not null,
        at timestamptz not null,
        sent_at timestamptz
      )`);
    this.addSql(`create index outbox_unsent on outbox (id) where sent_at is null`);

    this.addSql(`
      create table sync_runs (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        type text not null check (type in ('products', 'prices', 'stock', 'order', 'logistics', 'manual')),
        status text not null check (status in ('pending', 'processing', 'success', 'partial', 'failed')),
        options jsonb not null default '{}',
        message text not null default '',
        message_en text not null default '',
        total_count integer not null default 0,
        success_count integer not null default 0,
        failed_count integer not null default 0,
        changed_count integer not null default 0,
        by text not null,
        listed boolean not null default false,
        cancel_requested boolean not null default false,
        leased_until timestamptz,
        leased_by uuid,
        created_at timestamptz not null,
        started_at timestamptz,
        completed_at timestamptz
      )`);
    this.addSql(`create index sync_runs_type on sync_runs (type, id)`);
    this.addSql(`create index sync_runs_open on sync_runs (id) where status in ('pending', 'processing')`);
    // What a run still has to do and what failed: it goes on where it stopped, whoever stopped it.
    this.addSql(`
      create table sync_items (
        run_id bigint not null references sync_runs (id) on delete cascade,
        seq integer not null,
        product_code text not null,
        state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
        changed boolean not null default false,
        detail text,
        detail_en text,
        primary key (run_id, seq),
        unique (run_id, product_code)
      )`);
    this.addSql(`create index sync_items_waiting on sync_items (run_id, seq) where state = 'waiting'`);
    this.addSql(`create index sync_items_failed on sync_items (run_id, seq) where state = 'failed'`);
    // What orders was told last of a product, so that a changed-only run tells only what differs.
    this.addSql(`
      create table product_prints (
        product_code text not null,
        part text not null check (part in ('product', 'price', 'stock')),
        print bytea not null,
        at timestamptz not null,
        primary key (product_code, part)
      )`);
  }

  override down(): void {
    this.addSql(`drop table product_prints, sync_items, sync_runs, outbox, jobs, batches, configs`);
    this.addSql(`drop index received_order_events_unread`);
    this.addSql(`alter table received_order_events drop cause, drop deliveries`);
  }
}
