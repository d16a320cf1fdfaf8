import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Invariant } from '@orderbridge/contracts/overview-api';
import { BEYOND_PAYMENT } from '../payments/return-money.ts';
import { dayBefore } from './shanghai-days.ts';

/** The rules that must never break, checked on what the last 24 hours brought, and on money for longer (features.md row 61). */
export async function checkInvariants(em: SqlEntityManager, at: Date): Promise<Invariant[]> {
  const since = dayBefore(at);
  return [await checkAccounted(em, since), await checkOnce(em, since), await checkBalanced(em, since)];
}

/**
 * What was accepted was applied, was known already, or is kept with its reason. It is broken by a callback that counts
 * as applied to no order, and by a change that names a callback the inbox does not have.
 */
async function checkAccounted(em: SqlEntityManager, since: Date): Promise<Invariant> {
  const [inbox] = await em.execute<{ applied: number; repeated: number; kept: number; nowhere: number }[]>(
    `select count(*) filter (where outcome = 'applied')::int as applied,
            count(*) filter (where outcome = 'repeated')::int as repeated,
            count(*) filter (where outcome not in ('applied', 'repeated'))::int
              + (select count(*)::int from unreadable_messages where received_at >= ?) as kept,
            count(*) filter (where outcome = 'applied' and order_id is null)::int as nowhere
       from callbacks where received_at >= ? and outcome <> 'refused'`,
    [since, since],
  );
  const [changes] = await em.execute<{ homeless: number }[]>(
    `select count(*)::int as homeless from state_changes s left join callbacks c on c.public_id = s.callback_id
      where s.at >= ? and s.callback_id is not null and c.id is null`,
    [since],
  );
  const { applied, repeated, kept, nowhere } = inbox!;
  const broken = nowhere + changes!.homeless;
  return {
    name: 'accounted',
    holds: broken === 0,
    unit: 'count',
    total: applied + repeated + kept,
    parts: [
      { name: 'applied', value: applied },
      { name: 'repeated', value: repeated },
      { name: 'kept', value: kept },
    ],
    broken,
  };
}

/** No piece of news applied twice, and no callback that moved one thing twice unless a person ran it again. */
async function checkOnce(em: SqlEntityManager, since: Date): Promise<Invariant> {
  const [copies] = await em.execute<{ count: number }[]>(
    `select (count(semantic_key) - count(distinct semantic_key))::int as count from callbacks
      where received_at >= ? and outcome = 'applied'`,
    [since],
  );
  const [effects] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from (
       select s.callback_id from state_changes s
        where s.at >= ? and s.callback_id is not null and s.from_state <> s.to_state
        group by s.callback_id, s.machine, s.order_id, s.subject_id, s.fact having count(*) > 1) twice
       join callbacks c on c.public_id = twice.callback_id and c.replays = 0`,
    [since],
  );
  const broken = copies!.count + effects!.count;
  return {
    name: 'once',
    holds: broken === 0,
    unit: 'count',
    total: broken,
    parts: [
      { name: 'copies', value: copies!.count },
      { name: 'effects', value: effects!.count },
    ],
    broken,
  };
}

/** How long an order that is off is watched for money that it should not hold any more, beyond the 24 hours of all else. */
const OFF_BEFORE_DAYS = 13;

/**
 * What was paid is held, went back, or is on its way back. It is broken by a payment of which more went back than came,
 * and by money that an order holds which is off: the payments of the last 24 hours, and those of every order that came
 * to be so in the last 14 days, however old they are.
 */
async function checkBalanced(em: SqlEntityManager, since: Date): Promise<Invariant> {
  const recent = await balanceRecent(em, since);
  const broken = recent.broken + (await countKeptByOff(em, since));
  return {
    name: 'balanced',
    holds: broken === 0,
    unit: 'fen',
    total: Number(recent.paid),
    parts: [
      { name: 'held', value: Number(recent.held) },
      { name: 'refunded', value: Number(recent.refunded) },
      { name: 'inRefund', value: Number(recent.in_refund) },
    ],
    broken,
  };
}

const OFF = `('cancelled', 'refunded')`;

/**
 * Whether an order `o` may hold nothing of what was paid. One that was refunded keeps what its refunds leave it, as people
 * agreed (settle-order.ts), but somebody agreed on something.
 */
const MAY_HOLD_NOTHING = `(o.status = 'cancelled' or (o.status = 'refunded' and not exists (
  select 1 from refunds agreed where agreed.order_id = o.id and agreed.withdrawn_at is null and agreed.cause not in (?))))`;

/** What of each payment `p` went back, and what is on its way back. */
const RETURNED = `cross join lateral (
  select coalesce(sum(amount_fen) filter (where status = 'succeeded'), 0) as refunded,
         coalesce(sum(amount_fen) filter (where status <> 'succeeded' and withdrawn_at is null), 0) as in_refund
    from refunds where payment_id = p.id and cause not in (?)) r`;

async function balanceRecent(em: SqlEntityManager, since: Date) {
  const [money] = await em.execute<
    { paid: string; held: string; refunded: string; in_refund: string; broken: number }[]
  >(
    `select coalesce(sum(paid), 0) as paid, coalesce(sum(paid - refunded - in_refund), 0) as held,
            coalesce(sum(refunded), 0) as refunded, coalesce(sum(in_refund), 0) as in_refund,
            count(*) filter (where paid - refunded - in_refund < 0
              or (may_hold_nothing and paid - refunded - in_refund > 0))::int as broken
       from (
         select p.amount_fen as paid, ${MAY_HOLD_NOTHING} as may_hold_nothing, r.refunded, r.in_refund
           from payments p join orders o on o.id = p.order_id
          ${RETURNED}
          where p.paid_at >= ?) per_payment`,
    [BEYOND_PAYMENT, BEYOND_PAYMENT, since],
  );
  return money!;
}

/** Older payments of orders that are off and that still hold what was paid. */
async function countKeptByOff(em: SqlEntityManager, since: Date): Promise<number> {
  const [kept] = await em.execute<{ count: number }[]>(
    `with off as materialized (
       select distinct order_id from state_changes
        where machine = 'order' and to_state in ${OFF} and from_state <> to_state and at >= ?::timestamptz - interval '${OFF_BEFORE_DAYS} days')
     select count(*)::int as count
       from off join orders o on o.id = off.order_id and ${MAY_HOLD_NOTHING}
       join payments p on p.order_id = o.id and p.paid_at < ?
       ${RETURNED}
      where p.amount_fen > r.refunded + r.in_refund`,
    [since, BEYOND_PAYMENT, since, BEYOND_PAYMENT],
  );
  return kept!.count;
}
