import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type pg from 'pg';

/** Span over which the orders of a shop lie, however many there are. */
const SPAN_DAYS = 365;
const PRODUCTS = 300;
const CASE = 'push_failed' satisfies ExceptionKind;

/**
 * Fills an empty shop with orders of the last year: old ones are done or cancelled, new ones are under way, buyers come
 * again, and some goods sell better than others. Written set by set, past the verbs and their checks, and then settled as
 * autovacuum would have.
 */
export async function prepareManyOrders(client: pg.Client, count: number): Promise<void> {
  await client.query('begin');
  // Rows that belong together are made together here; checking each again would take most of the time.
  await client.query(`set local session_replication_role = replica`);
  await client.query(`set local work_mem = '256MB'`);
  // The same shop in every run.
  await client.query(`select setseed(0.42)`);
  await client.query(PRODUCT_ROWS, [PRODUCTS]);
  await client.query(DRAWN, [count, SPAN_DAYS]);
  await client.query(DRAWN_LINES, [PRODUCTS]);
  for (const rows of [ORDERS, LINES, PAYMENTS, REFUNDS, EXCEPTIONS]) await client.query(rows);
  await client.query(`select setval(pg_get_serial_sequence('orders', 'id'), $1)`, [count]);
  await client.query('commit');
  for (const table of ['orders', 'order_lines', 'payments', 'refunds', 'exceptions', 'products'])
    await client.query(`vacuum (analyze) ${table}`);
  await client.query('checkpoint');
}

const PRODUCT_ROWS = `
  insert into products (product_code, name, source, price_fen, stock)
  select 'MANY-' || lpad(n::text, 4, '0'),
         (array['冰箱','洗衣机','空调','热水器','冰柜','洗碗机','油烟机','燃气灶','电视','净水机'])[1 + n % 10] || ' ' || (100 + n) || ' 型',
         case when n % 10 < 7 then 'haier' else 'local' end, 49900 + (n * 7919) % 800000, 1000000
    from generate_series(1, $1::int) as n`;

/** What chance decides about each order. */
const DRAWN = `
  create temp table drawn on commit drop as
  select *, case
      when age_days < 2 then case when fate < .10 then 'pending' when fate < .55 then 'paid' when fate < .80 then 'shipped'
        when fate < .82 then 'completed' when fate < .97 then 'cancelled' else 'refunding' end
      when age_days < 10 then case when fate < .08 then 'paid' when fate < .63 then 'shipped' when fate < .83 then 'completed'
        when fate < .95 then 'cancelled' when fate < .97 then 'refunding' else 'refunded' end
      else case when fate < .005 then 'paid' when fate < .01 then 'shipped' when fate < .85 then 'completed'
        when fate < .95 then 'cancelled' else 'refunded' end end as status
    from (
      select n as id, now() - make_interval(secs => age_days * 86400) as created_at, *
        from (
          select n, $2::float8 * (1 - n / ($1::float8 + 1)) as age_days, random() as fate, random() as at_haier,
                 random() as basket, power(random(), 2) as popular,
                 floor(power(random(), 1.5) * $1::bigint / 3) as buyer, floor(random() * 100000000) as phone
            from generate_series(1, $1::bigint) as n
        ) chances
    ) dated`;

const DRAWN_LINES = `
  create temp table drawn_lines on commit drop as
  select d.id as order_id, p.id as product_id, p.product_code, p.name, p.source, p.price_fen,
         case when d.fate * 1000 - floor(d.fate * 1000) < .9 then 1 else 2 end as quantity
    from drawn d
    cross join lateral generate_series(0, case when d.basket < .75 then 0 when d.basket < .95 then 1 else 2 end) as line
    join products p on p.product_code = 'MANY-' || lpad((1 + (floor(d.popular * $1::int)::int + line * 97) % $1::int)::text, 4, '0')`;

const ORDERS = `
  with goods as (
    select order_id, sum(quantity * price_fen) as total_fen,
           count(*) filter (where source = 'haier') as haier_lines, count(*) filter (where source = 'local') as local_lines
      from drawn_lines group by order_id
  ), standing as (
    select d.*, g.*, case
        when haier_lines = 0 or status = 'pending' then 'none'
        when status = 'paid' then case when at_haier < .2 then 'push_pending' when at_haier < .4 then 'failed'
          when at_haier < .6 then 'none' when at_haier < .7 then 'out_of_stock' else 'confirmed' end
        when status in ('shipped', 'completed') then case when at_haier < .98 then 'confirmed' else 'partially_cancelled' end
        when status = 'refunding' then case when at_haier < .6 then 'cancel_pending' else 'cancel_failed' end
        when at_haier < .6 then 'none' else 'cancelled' end as haier_status
      from drawn d join goods g on g.order_id = d.id
  )
  insert into orders (id, order_number, buyer, status, haier_status, haier_order_no, haier_line_count, local_line_count,
    total_fen, payable_fen, contact_name, phone, phone_tail, province, city, district, address_detail, tracking_no,
    created_at, expires_at, paid_at, cancelled_at)
  overriding system value
  select id, floor(extract(epoch from created_at))::bigint || lpad(((id * 7919) % 1000000)::text, 6, '0'),
         'wx-' || lpad(buyer::text, 8, '0'), status, haier_status,
         case when haier_status not in ('none', 'push_pending', 'failed') then 'SO.2026' || lpad(((id * 104729) % 100000000)::text, 8, '0') end,
         haier_lines, local_lines, total_fen, total_fen,
         (array['王','李','张','刘','陈','杨','赵','黄','周','吴'])[1 + id % 10] || (array['伟','芳','娜','秀英','敏','静','丽','强'])[1 + id % 8],
         '138' || lpad(phone::text, 8, '0'), right(lpad(phone::text, 8, '0'), 4),
         '山东省', (array['青岛市','济南市','烟台市','潍坊市'])[1 + id % 4], (array['崂山区','市南区','历下区','芝罘区'])[1 + id % 4],
         '测试路 ' || id % 900 || ' 号', case when status in ('shipped', 'completed') then 'SF' || 1000000000 + id end,
         created_at,
         -- Nobody's timers shall find something to do.
         case when status = 'pending' then now() + interval '1 day' else created_at + interval '30 minutes' end,
         case when status not in ('pending', 'cancelled') then created_at + interval '5 minutes' end,
         case when status = 'cancelled' then created_at + interval '30 minutes' end
    from standing order by id`;

const LINES = `
  insert into order_lines (order_id, product_id, product_code, product_name, source, quantity, unit_price_fen, total_fen)
  select order_id, product_id, product_code, name, source, quantity, price_fen, price_fen * quantity
    from drawn_lines order by order_id`;

const PAYMENTS = `
  insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, transaction_id, created_at, updated_at, expires_at, paid_at)
  select gen_random_uuid(), id, 'generic', order_number || '-P1', 'succeeded', payable_fen, 'many-' || id,
         created_at, paid_at, expires_at, paid_at
    from orders where paid_at is not null order by id`;

const REFUNDS = `
  insert into refunds (public_id, order_id, payment_id, refund_no, status, amount_fen, idempotency_key, cause, reason, reason_en, created_at, updated_at)
  select gen_random_uuid(), o.id, p.id, o.order_number || '-R1', case o.status when 'refunded' then 'succeeded' else 'processing' end,
         p.amount_fen, 'many-' || o.id, 'staff', '不想要了', 'Not wanted any more', o.created_at, o.created_at
    from orders o join payments p on p.order_id = o.id where o.status in ('refunding', 'refunded')`;

/** One in 500 has had a case; those of the last days wait for somebody. */
const EXCEPTIONS = `
  insert into exceptions (public_id, kind, order_id, dedup_key, detail, detail_en, status, created_at, resolved_at)
  select gen_random_uuid(), '${CASE}', id, 'many-' || id, '该区县暂不支持配送', 'No delivery to this county yet',
         case when id % 1000 = 0 and created_at > now() - interval '20 days' then 'open' else 'resolved' end, created_at,
         case when id % 1000 = 0 and created_at > now() - interval '20 days' then null else created_at + interval '1 day' end
    from orders where id % 500 = 0`;
