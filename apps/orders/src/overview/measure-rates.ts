import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type CallbackOutcomeName, PAYMENT_CALLBACK_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import type { ORDER_RATE_NAMES, Rate } from '@orderbridge/contracts/overview-api';
import { judgeRate, type RateThresholds } from '@orderbridge/service-kit/rate';
import { dayBefore } from './shanghai-days.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

type Name = (typeof ORDER_RATE_NAMES)[number];

/** Where R143-R146 name no figures, the ones of their neighbours: sign-ins for successes, errors for failures. */
const THRESHOLDS: Readonly<Record<Name, RateThresholds>> = {
  callbackSuccess: { unit: 'share', better: 'more', normal: 0.98, alert: 0.95 },
  paymentCallbackSuccess: { unit: 'share', better: 'more', normal: 0.98, alert: 0.95 },
  callbackSeconds: { unit: 'seconds', better: 'less', normal: 2, alert: 5 },
  signatureFailures: { unit: 'share', better: 'less', normal: 0.02, alert: 0.05 },
  transitionFailures: { unit: 'share', better: 'less', normal: 0.02, alert: 0.05 },
  conflicts: { unit: 'share', better: 'less', normal: 0.02, alert: 0.05 },
  expiredShare: { unit: 'share', better: 'less', normal: 0.3, alert: 0.5 },
  cancelShare: { unit: 'share', better: 'less', normal: 0.1, alert: 0.25 },
};

/** How well it goes: callbacks over the last hour, orders over the last day. */
export async function measureRates(em: SqlEntityManager, at: Date): Promise<Rate[]> {
  const callbacks = await measureCallbacks(em, new Date(at.getTime() - HOUR_SECONDS * 1_000));
  const orders = await measureOrders(em, dayBefore(at));
  const share = (name: Name, part: number, sampleSize: number, windowSeconds: number) =>
    judgeRate(name, THRESHOLDS[name], { value: part / sampleSize, sampleSize, windowSeconds });
  const { verified, worked, ofPayments, refused, conflicting, failedOnce, applied } = callbacks;
  return [
    share('callbackSuccess', worked, verified, HOUR_SECONDS),
    share('paymentCallbackSuccess', ofPayments.worked, ofPayments.verified, HOUR_SECONDS),
    judgeRate('callbackSeconds', THRESHOLDS.callbackSeconds, {
      value: applied.seconds,
      sampleSize: applied.count,
      windowSeconds: HOUR_SECONDS,
    }),
    share('signatureFailures', refused, verified + refused, HOUR_SECONDS),
    share('transitionFailures', conflicting, verified, HOUR_SECONDS),
    share('conflicts', failedOnce, Math.max(verified, failedOnce), HOUR_SECONDS),
    share('expiredShare', orders.expired, orders.decided, DAY_SECONDS),
    share('cancelShare', orders.cancelled, orders.placed, DAY_SECONDS),
  ];
}

async function measureCallbacks(em: SqlEntityManager, since: Date) {
  const counts = await em.execute<{ outcome: CallbackOutcomeName; of_payment: boolean; count: number }[]>(
    `select outcome, provider in (?) as of_payment, count(*)::int as count from callbacks where received_at >= ? group by 1, 2`,
    [PAYMENT_CALLBACK_PROVIDERS, since],
  );
  // What was decided anew, by a person or when its order came at last, says nothing about how fast we are.
  const [speed] = await em.execute<{ seconds: number | null; count: number }[]>(
    `select percentile_cont(0.95) within group (order by extract(epoch from c.decided_at - c.received_at))::float8 as seconds,
            count(*)::int as count
       from callbacks c where c.received_at >= ? and c.outcome = 'applied' and c.replays = 0`,
    [since],
  );
  const [failures] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from message_failures where last_at >= ?`,
    [since],
  );
  const sum = (matches: (row: (typeof counts)[number]) => boolean) =>
    counts.filter(matches).reduce((all, { count }) => all + count, 0);
  const isVerified = ({ outcome }: { outcome: CallbackOutcomeName }) => outcome !== 'refused';
  const isWorked = ({ outcome }: { outcome: CallbackOutcomeName }) => outcome === 'applied' || outcome === 'repeated';
  return {
    verified: sum(isVerified),
    worked: sum(isWorked),
    ofPayments: {
      verified: sum((row) => row.of_payment && isVerified(row)),
      worked: sum((row) => row.of_payment && isWorked(row)),
    },
    refused: sum(({ outcome }) => outcome === 'refused'),
    conflicting: sum(({ outcome }) => outcome === 'conflict'),
    failedOnce: failures?.count ?? 0,
    applied: { seconds: speed?.seconds ?? 0, count: speed?.count ?? 0 },
  };
}

async function measureOrders(em: SqlEntityManager, since: Date) {
  const [orders] = await em.execute<{ placed: number; decided: number; expired: number }[]>(
    `select count(*)::int as placed, count(*) filter (where status <> 'pending')::int as decided,
            count(*) filter (where status = 'cancelled' and paid_at is null and cancelled_at >= expires_at)::int as expired
       from orders where created_at >= ?`,
    [since],
  );
  const [cancels] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from state_changes where at >= ? and machine = 'order' and fact = 'cancel_agreed'`,
    [since],
  );
  return { placed: 0, decided: 0, expired: 0, ...orders, cancelled: cancels?.count ?? 0 };
}
