import { Migration } from '@mikro-orm/migrations';

/** Everything that paths of money and goods need beyond the spine: refund calls, provider numbers, cases, staff, seals. */
export class OrdersComplete20261121110000 extends Migration {
  override name = '20261121110000-orders-complete';

  override up(): void {
    this.addSql(`alter table orders add carrier text, add tracking_no text, add cancel_reason text`);
    this.addSql(`create index orders_buyer on orders (buyer, id)`);
    this.addSql(`create index orders_unpaid on orders (expires_at) where status = 'pending'`);
    this.addSql(`alter table state_changes add note_en text`);
    this.addSql(`alter table callbacks add topic text, add problem text`);

    this.addSql(`
      alter table products
        add low_stock_at integer not null default 5 check (low_stock_at >= 0),
        add sales_count integer not null default 0`);
    this.addSql(`alter table inventory_log add note text`);
    this.addSql(`create index inventory_log_order on inventory_log (order_id, id) where order_id is not null`);
    // What is held is asked for by product; Haier lines hold nothing and are not in it.
    this.addSql(`create index order_lines_held on order_lines (product_id) where held_qty > 0`);

    this.addSql(
      `alter table payments add provider_order_no text collate "C", add checkout jsonb, add checkout_at timestamptz, add payer_open_id text, add asked_at timestamptz, add ask_at timestamptz`,
    );
    this.addSql(`
      update payments p set provider_order_no = n.no
        from (select p.id, o.order_number || '-P' || row_number() over (partition by p.order_id order by p.id) as no
                from payments p join orders o on o.id = p.order_id) n
       where n.id = p.id`);
    this.addSql(`alter table payments alter provider_order_no set not null`);
    this.addSql(`create unique index payments_provider_order_no on payments (provider_order_no)`);
    this.addSql(`create index payments_ask_at on payments (ask_at) where ask_at is not null`);
    this.addSql(`create index payments_open on payments (expires_at) where status in ('init', 'processing')`);
    this.addSql(`create index payments_status on payments (status, id)`);
    // Unlogged: what a crash forgets is a minute's count of a limit.
    this.addSql(`create unlogged table payment_opens (buyer text not null, at timestamptz not null)`);
    this.addSql(`create index payment_opens_buyer on payment_opens (buyer, at)`);

    this.addSql(`
      alter table refunds
        add refund_no text collate "C",
        add reason_en text,
        add attempts integer not null default 0,
        add tries integer not null default 0,
        add outcome_unknown boolean not null default false,
        add paid_by_hand boolean not null default false,
        add next_attempt_at timestamptz,
        add leased_until timestamptz,
        add last_error text,
        add last_error_en text,
        add provider_refund_id text,
        add updated_at timestamptz,
        add withdrawn_at timestamptz`);
    this.addSql(`
      update refunds r set refund_no = n.no, reason_en = r.reason, updated_at = r.created_at,
             next_attempt_at = case when r.status = 'pending' then r.created_at end
        from (select r.id, o.order_number || '-R' || row_number() over (partition by r.order_id order by r.id) as no
                from refunds r join orders o on o.id = r.order_id) n
       where n.id = r.id`);
    this.addSql(
      `alter table refunds alter refund_no set not null, alter reason_en set not null, alter updated_at set not null`,
    );
    this.addSql(`create unique index refunds_refund_no on refunds (refund_no)`);
    this.addSql(`create index refunds_due on refunds (next_attempt_at) where next_attempt_at is not null`);
    this.addSql(`create index refunds_payment on refunds (payment_id)`);
    this.addSql(`create index refunds_status on refunds (status, id)`);
    // The verbs see to it under the order's lock; this stands behind them. Money that came beside what the payment
    // asked for goes back beside it too.
    this.addSql(`
      create function refund_within_payment() returns trigger language plpgsql as $$
      begin
        if new.cause not in ('paid_twice', 'amount_mismatch') and new.amount_fen + (
          select coalesce(sum(amount_fen), 0) from refunds
           where payment_id = new.payment_id and withdrawn_at is null and cause not in ('paid_twice', 'amount_mismatch')
        ) > (select amount_fen from payments where id = new.payment_id) then
          raise exception 'the refunds of payment % exceed what it paid', new.payment_id using errcode = 'check_violation';
        end if;
        return new;
      end $$`);
    this.addSql(
      `create trigger refund_within_payment before insert on refunds for each row execute function refund_within_payment()`,
    );

    this.addSql(`
      alter table exceptions
        add payment_id uuid,
        add refund_id uuid,
        add owner text,
        add resolved_at timestamptz,
        add resolved_by text,
        add resolved_action text,
        add resolved_reason text,
        add resolved_reason_en text`);
    this.addSql(`create index exceptions_resolved on exceptions (resolved_at desc, id desc) where status = 'resolved'`);
    this.addSql(`create index exceptions_refund on exceptions (refund_id) where refund_id is not null`);
    // Cases of this kind name the orders whose release is tried again.
    this.addSql(`create index exceptions_unreleased on exceptions (id) where kind = 'stock_release_failed'`);
    // What the stream brought and no version so far can read, byte by byte.
    this.addSql(`
      create table unreadable_messages (
        id bigint generated always as identity primary key,
        stream_sequence bigint not null,
        subject text not null,
        data bytea not null,
        received_at timestamptz not null
      )`);
    // A stream that was made anew counts from 1 again.
    this.addSql(`create unique index unreadable_messages_once on unreadable_messages (stream_sequence, md5(data))`);
    this.addSql(`create index callbacks_orphan on callbacks (received_at) where outcome = 'orphan'`);

    this.addSql(`alter table staff add updated_at timestamptz, add seeded_password_hash text`);
    this.addSql(`create unique index staff_username_folded on staff (lower(username))`);
    this.addSql(`
      alter table staff_sessions
        add public_id uuid not null default gen_random_uuid() unique,
        add authenticated_at timestamptz,
        add user_agent text`);
    this.addSql(`update staff_sessions set authenticated_at = created_at`);
    this.addSql(`alter table staff_sessions alter authenticated_at set not null`);
    this.addSql(`create index staff_sessions_staff on staff_sessions (staff_id)`);
    this.addSql(`
      create table api_tokens (
        id bigint generated always as identity primary key,
        public_id uuid not null unique,
        name text not null,
        token_hash text not null unique,
        scopes text[] not null,
        created_by text not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`);

    this.addSql(`create unique index api_tokens_name on api_tokens (name) where revoked_at is null`);

    // Seals stand beside the entries: writing them does not touch the rows that they protect.
    this.addSql(`
      create table audit_seals (
        seal_no bigint primary key,
        entry_id bigint not null unique,
        seal bytea not null,
        at timestamptz not null
      )`);
    this.addSql(`create index audit_entries_actor on audit_entries (actor, id)`);
    this.addSql(`create index audit_entries_action on audit_entries (action, id)`);
  }

  override down(): void {
    this.addSql(`drop table audit_seals, api_tokens, payment_opens, unreadable_messages`);
    this.addSql(`drop index audit_entries_actor, audit_entries_action, staff_sessions_staff, staff_username_folded`);
    this.addSql(`alter table staff_sessions drop public_id, drop authenticated_at, drop user_agent`);
    this.addSql(`alter table staff drop updated_at, drop seeded_password_hash`);
    this.addSql(`drop index callbacks_orphan`);
    this.addSql(`
      alter table exceptions drop payment_id, drop refund_id, drop owner, drop resolved_at, drop resolved_by,
        drop resolved_action, drop resolved_reason, drop resolved_reason_en`);
    this.addSql(`drop index refunds_payment, refunds_status, payments_status, payments_open, inventory_log_order`);
    this.addSql(`drop trigger refund_within_payment on refunds`);
    this.addSql(`drop function refund_within_payment`);
    this.addSql(`
      alter table refunds drop refund_no, drop reason_en, drop attempts, drop tries,
        drop outcome_unknown, drop paid_by_hand, drop next_attempt_at, drop leased_until, drop last_error,
        drop last_error_en, drop provider_refund_id, drop updated_at, drop withdrawn_at`);
    this.addSql(
      `alter table payments drop provider_order_no, drop checkout, drop checkout_at, drop payer_open_id, drop asked_at, drop ask_at`,
    );
    this.addSql(`drop index order_lines_held, exceptions_unreleased`);
    this.addSql(`alter table inventory_log drop note`);
    this.addSql(`alter table products drop low_stock_at, drop sales_count`);
    this.addSql(`alter table callbacks drop topic, drop problem`);
    this.addSql(`alter table state_changes drop note_en`);
    this.addSql(`drop index orders_buyer, orders_unpaid`);
    this.addSql(`alter table orders drop carrier, drop tracking_no, drop cancel_reason`);
  }
}
