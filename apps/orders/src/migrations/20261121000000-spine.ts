import { Migration } from '@mikro-orm/migrations';

/** Orders, payments, refunds, catalogue, inbox, outbox, exceptions, staff and audit. */
export class Spine20261121000000 extends Migration {
  override name = '20261121000000-spine';

  override up(): void {
    this.addSql(`
      create table products (
        id bigint generated always as identity primary key,
        product_code text not null unique,
        name text not null,
        source text not null check (source in ('haier', 'local')),
        price_fen bigint not null check (price_fen >= 0),
        stock integer not null default 0 check (stock >= 0),
        is_sales boolean not null default true,
        no_sales_reason text,
        is_active boolean not null default true,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table orders (
        id bigint generated always as identity primary key,
        order_number text collate "C" not null unique,
        buyer text not null,
        status text not null check (status in ('pending','paid','shipped','completed','cancelled','refunding','refunded')),
        haier_status text not null default 'none' check (haier_status in ('none','push_pending','confirmed','failed',
          'cancel_pending','cancelled','cancel_failed','partially_cancelled','out_of_stock','out_of_stock_failed')),
        haier_round integer not null default 0,
        haier_order_no text collate "C",
        haier_fail_message text,
        haier_counted_at timestamptz,
        haier_line_count integer not null,
        local_line_count integer not null,
        total_fen bigint not null check (total_fen >= 0),
        payable_fen bigint not null check (payable_fen >= 0),
        note text,
        is_government_order boolean not null default false,
        distribution_time timestamptz,
        install_time timestamptz,
        contact_name text not null,
        phone text not null,
        phone_tail text not null,
        province text not null,
        city text not null,
        district text not null,
        town text,
        address_detail text not null,
        county_code text,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        paid_at timestamptz,
        cancelled_at timestamptz
      )`);
    // The C collation lets one index serve equality and prefix search alike.
    // Rows are updated in place by every move: room on the page keeps those updates off the indexes.
    this.addSql(`alter table orders set (fillfactor = 80)`);
    this.addSql(`create index orders_haier_order_no on orders (haier_order_no) where haier_order_no is not null`);
    this.addSql(`create index orders_phone_tail on orders (phone_tail, id)`);
    this.addSql(`create index orders_created on orders (created_at, id)`);
    this.addSql(`create index orders_status on orders (status, id)`);
    this.addSql(`
      create table order_lines (
        id bigint generated always as identity primary key,
        order_id bigint not null references orders (id),
        product_id bigint not null references products (id),
        product_code text not null,
        product_name text not null,
        source text not null,
        quantity integer not null check (quantity > 0),
        unit_price_fen bigint not null check (unit_price_fen >= 0),
        total_fen bigint not null,
        held_qty integer not null default 0 check (held_qty >= 0),
        received_qty integer not null default 0,
        returned_qty integer not null default 0,
        rejected_qty integer not null default 0,
        unique (order_id, product_code)
      )`);
    this.addSql(`
      create table inventory_log (
        id bigint generated always as identity primary key,
        product_id bigint not null references products (id),
        order_id bigint references orders (id),
        change_type text not null check (change_type in ('lock', 'release', 'adjust')),
        quantity integer not null,
        reason text not null,
        by text not null,
        at timestamptz not null
      )`);
    this.addSql(`create index inventory_log_product on inventory_log (product_id, id)`);
    this.addSql(`
      create table payments (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        order_id bigint not null references orders (id),
        method text not null,
        status text not null check (status in ('init','processing','succeeded','failed','cancelled','expired')),
        amount_fen bigint not null check (amount_fen > 0),
        transaction_id text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        expires_at timestamptz not null,
        paid_at timestamptz
      )`);
    this.addSql(`create index payments_order on payments (order_id, id)`);
    this.addSql(
      `create unique index payments_transaction on payments (method, transaction_id) where transaction_id is not null`,
    );
    this.addSql(`
      create table refunds (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        order_id bigint not null references orders (id),
        payment_id bigint not null references payments (id),
        status text not null check (status in ('pending','processing','succeeded','failed')),
        amount_fen bigint not null check (amount_fen > 0),
        idempotency_key text not null unique,
        cause text not null,
        reason text not null,
        created_at timestamptz not null
      )`);
    this.addSql(`create index refunds_order on refunds (order_id, id)`);
    // No foreign key here and in callbacks: their rows are written only by the transaction that holds the order's lock, and
    // the check of each row would cost as much as the row itself.
    this.addSql(`
      create table state_changes (
        id bigint generated always as identity primary key,
        machine text not null check (machine in ('order', 'payment', 'refund', 'haier')),
        order_id bigint not null,
        subject_id uuid,
        from_state text not null,
        to_state text not null,
        fact text not null,
        by text not null,
        note text,
        callback_id uuid,
        at timestamptz not null
      )`);
    this.addSql(`create index state_changes_order on state_changes (order_id, id)`);
    this.addSql(`
      create table audit_entries (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor text not null,
        action text not null,
        resource_type text not null,
        resource_id text not null,
        detail jsonb not null default '{}'
      )`);
    this.addSql(`create index audit_entries_resource on audit_entries (resource_type, resource_id, id)`);
    // `answer` is json, not jsonb, which would put its keys in another order: repetitions get the first answer to the letter.
    this.addSql(`
      create table callbacks (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        provider text not null,
        transport_key text collate "C" not null unique,
        semantic_key text collate "C",
        outcome text not null,
        detail text,
        detail_en text,
        method text,
        platform_order_no text,
        order_id bigint,
        answer json,
        secret text not null,
        source text not null,
        path text not null,
        content_type text not null,
        body text not null,
        late boolean not null default false,
        replays integer not null default 0,
        received_at timestamptz not null,
        decided_at timestamptz not null
      )`);
    this.addSql(
      `create unique index callbacks_semantic on callbacks (semantic_key) where outcome = 'applied' and semantic_key is not null`,
    );
    this.addSql(`create index callbacks_order on callbacks (order_id, id) where order_id is not null`);
    this.addSql(
      `create index callbacks_platform_order_no on callbacks (platform_order_no, id) where platform_order_no is not null and order_id is null`,
    );
    this.addSql(`create index callbacks_outcome on callbacks (outcome, id) where outcome <> 'applied'`);
    this.addSql(`
      create table callback_replays (
        id bigint generated always as identity primary key,
        callback_id bigint not null references callbacks (id) on delete cascade,
        at timestamptz not null,
        by text not null,
        outcome text not null,
        reason text
      )`);
    this.addSql(`create index callback_replays_callback on callback_replays (callback_id, id)`);
    this.addSql(`
      create table message_failures (
        transport_key text primary key,
        attempts integer not null,
        last_error text not null,
        last_at timestamptz not null
      )`);
    this.addSql(`
      create table exceptions (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        kind text not null,
        order_id bigint references orders (id),
        callback_id uuid,
        dedup_key text not null unique,
        detail text not null,
        detail_en text not null,
        status text not null default 'open' check (status in ('open', 'resolved')),
        created_at timestamptz not null
      )`);
    this.addSql(`create index exceptions_order on exceptions (order_id, id) where order_id is not null`);
    this.addSql(`create index exceptions_open on exceptions (kind, id) where status = 'open'`);
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
      create table staff (
        id bigint generated always as identity primary key,
        username text not null unique,
        display_name text not null,
        password_hash text not null,
        role text not null,
        is_active boolean not null default true,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table staff_sessions (
        id bigint generated always as identity primary key,
        token_hash text not null unique,
        staff_id bigint not null references staff (id),
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        source text not null
      )`);
    this.addSql(`
      create table sign_in_failures (
        id bigint generated always as identity primary key,
        key text not null,
        at timestamptz not null
      )`);
    this.addSql(`create index sign_in_failures_key on sign_in_failures (key, at)`);
  }

  override down(): void {
    for (const table of TABLES.toReversed()) this.addSql(`drop table if exists ${table}`);
  }
}

const TABLES = [
  'products',
  'orders',
  'order_lines',
  'inventory_log',
  'payments',
  'refunds',
  'state_changes',
  'audit_entries',
  'callbacks',
  'callback_replays',
  'message_failures',
  'exceptions',
  'outbox',
  'staff',
  'staff_sessions',
  'sign_in_failures',
];
