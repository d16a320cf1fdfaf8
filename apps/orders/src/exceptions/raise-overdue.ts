import { SCHEDULE_MS } from '@orderbridge/service-kit/retry-schedule';
import { shanghaiMinute } from '../orders/shanghai-minute.ts';
import type { Text } from '../text.ts';
import { transact, type Tx, type TransactContext } from '../transaction.ts';
import { NEVER_TAKEN, type OverdueKind } from './close-overdue.ts';
import { raiseException } from './raise-exception.ts';

export type OverdueContext = Omit<TransactContext, 'within'> & {
  readonly now: () => Date;
  /** How long a paid order may wait for its push, and a push that was taken for its confirmation, in ms. */
  readonly overdue: { readonly pushMs: number; readonly confirmationMs: number };
};

/** Few, because callbacks and verbs about these orders wait until their cases are written. */
const AT_ONCE = 50;
/** What is more waits for the next turn, because each piece looks through the orders before it again. */
const PIECES_MAX = 5;
/**
 * What has stood still for longer was left behind long ago: a deployment beside old orders must not raise a case for
 * each of them. Not beyond the days that events of integrations are kept, which tell a push that was taken.
 */
const LOOKED_BACK_MS = 30 * 86_400_000;

/**
 * Puts orders before staff that stand still (features.md row 38): paid for Haier goods and never pushed, or pushed and
 * never confirmed, since at most a month. Once for each time that an order comes into such a state; the case closes by
 * itself when the order moves on (close-overdue.ts). A push that failed has a case of its own, and one that YLH has not
 * taken yet has a job, which is given the time of all its retries. Answers how many were raised.
 */
export async function raiseOverdue(context: OverdueContext, stopping?: AbortSignal): Promise<number> {
  let raised = 0;
  for (const find of [findUnpushed, findUnconfirmed])
    for (let pieces = 0, found = AT_ONCE; found === AT_ONCE && pieces < PIECES_MAX && !stopping?.aborted; pieces += 1) {
      const piece = await transact(context, async (tx) => {
        const at = context.now();
        const rows = await find(tx, at, context.overdue);
        let isNew = 0;
        for (const row of rows) {
          // Another process may have raised it since this one looked.
          const wasRaised = await raiseException(tx, {
            kind: row.kind,
            order: { id: Number(row.id), orderNumber: row.order_number },
            dedupKey: row.dedup_key,
            detail: DETAILS[row.why](shanghaiMinute(new Date(row.since))),
            at,
          });
          if (wasRaised) isNew += 1;
        }
        return { found: rows.length, isNew };
      });
      found = piece.found;
      raised += piece.isNew;
    }
  return raised;
}

type Waiting = {
  readonly id: string;
  readonly order_number: string;
  readonly dedup_key: string;
  /** When the waiting began. */
  readonly since: string;
  readonly why: keyof typeof DETAILS;
  readonly kind: OverdueKind;
};

// The order is held until the commit, so that none moves on between the look and its case.
const HELD = `limit ${AT_ONCE} for update of o skip locked`;

/** The last move of an order `o` names the time that it has been in its state. */
const LAST_MOVE = `cross join lateral (
  select c.id, c.at from state_changes c
   where c.order_id = o.id and c.machine in ('order', 'haier') and c.from_state <> c.to_state
   order by c.id desc limit 1) m`;

/** `w.why` is one of `DETAILS`: each trouble of a state has a case of its own. */
const DEDUP_KEY = `w.kind || ':' || w.why || ':' || o.id || ':' || m.id`;
const NOT_RAISED = `not exists (select 1 from exceptions e where e.dedup_key = ${DEDUP_KEY})`;
const FOUND = `o.id, o.order_number, ${DEDUP_KEY} as dedup_key, w.since, w.why, w.kind`;

/**
 * By when they were paid, which an index holds. Orders with local goods besides can never be pushed (R8): a
 * reconciliation names them, and a person cancels them.
 */
const findUnpushed = (tx: Tx, at: Date, { pushMs }: OverdueContext['overdue']): Promise<Waiting[]> => {
  const before = new Date(at.getTime() - pushMs);
  return tx.em.execute<Waiting[]>(
    `select ${FOUND}
       from orders o ${LAST_MOVE}
      cross join lateral (select 'push_overdue' as kind, 'never_pushed' as why, m.at as since) w
      where o.status = 'paid' and o.haier_status = 'none' and o.haier_line_count > 0 and o.local_line_count = 0
        and o.paid_at between ? and ? and m.at <= ? and ${NOT_RAISED}
      order by o.paid_at ${HELD}`,
    [lookedBack(at), before, before],
  );
};

const findUnconfirmed = (tx: Tx, at: Date, { confirmationMs }: OverdueContext['overdue']): Promise<Waiting[]> => {
  const takenBefore = new Date(at.getTime() - confirmationMs);
  return tx.em.execute<Waiting[]>(
    `select ${FOUND}
       from orders o ${LAST_MOVE}
      cross join lateral (
        select min(s.received_at) as at from supplier_events s
         where s.subject = o.order_number and s.round = o.haier_round and s.type = 'push.accepted') a
      cross join lateral (
        select 'confirmation_overdue' as kind, coalesce(a.at, m.at) as since,
               case when a.at is null then '${NEVER_TAKEN}' else 'never_confirmed' end as why) w
      where o.haier_status = 'push_pending' and o.status = 'paid' and m.at >= ?
        and w.since <= case when a.at is null then ?::timestamptz else ?::timestamptz end
        and ${NOT_RAISED}
      order by o.id ${HELD}`,
    [lookedBack(at), new Date(takenBefore.getTime() - SCHEDULE_MS), takenBefore],
  );
};

const lookedBack = (at: Date) => new Date(at.getTime() - LOOKED_BACK_MS);

const DETAILS = {
  never_pushed: (since: string): Text => ({
    zh: `订单自 ${since}（北京时间）起为待发货，一直没有推送海尔`,
    en: `The order has been paid since ${since} (Beijing time) and was never pushed to Haier`,
  }),
  never_confirmed: (since: string): Text => ({
    zh: `平台已于 ${since}（北京时间）受理推送，一直没有接单回调`,
    en: `The platform took the push at ${since} (Beijing time); its confirmation never came`,
  }),
  [NEVER_TAKEN]: (since: string): Text => ({
    zh: `自 ${since}（北京时间）请求推送至今，平台既未受理也未拒绝；请同时查看推送任务`,
    en: `The push was asked for at ${since} (Beijing time) and the platform neither took nor refused it; look at its job too`,
  }),
} as const;
