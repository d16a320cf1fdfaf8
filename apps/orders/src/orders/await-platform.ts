import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { SupplierRefusal } from '@orderbridge/contracts/supplier-events';
import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { Text } from '../text.ts';

export type AwaitContext = {
  readonly orm: MikroORM;
  /** How long a verb waits for the platform's answer, in ms; without it, not at all. */
  readonly haierWaitMs?: number | undefined;
};

/** Our request to the platform, as it was saved. */
export type Request = { readonly orderNumber: string; readonly round: number; readonly kind: 'push' | 'cancel' };

/**
 * What is known of a request: the platform took it, refused it, has already told its outcome by callback, or nothing
 * yet.
 */
export type Heard =
  | { readonly outcome: 'accepted' | 'told' | 'nothing' }
  | { readonly outcome: 'refused'; readonly why: SupplierRefusal };

const POLL_MS = 100;

/** Waits until something is known of a request that was committed, at most as long as the context allows (rulings.md "Push answer"). */
export async function awaitPlatform({ orm, haierWaitMs = 0 }: AwaitContext, request: Request): Promise<Heard> {
  const untilMs = performance.now() + haierWaitMs;
  for (;;) {
    if (performance.now() >= untilMs) return { outcome: 'nothing' };
    const heard = await hear(orm, request);
    if (heard.outcome !== 'nothing') return heard;
    await delay(POLL_MS);
  }
}

/** Whoever of several processes applied the answer, it is in the database. */
async function hear(orm: MikroORM, { orderNumber, round, kind }: Request): Promise<Heard> {
  const [row] = await orm.em
    .fork()
    .execute<{ haier_status: HaierState; haier_round: number; type: string | null; why: SupplierRefusal | null }[]>(
      `select o.haier_status, o.haier_round, e.type, e.why
       from orders o left join lateral (
         select type, why from supplier_events
          where subject = o.order_number and round = ? and type in (?) order by received_at desc limit 1
       ) e on true
      where o.order_number = ?`,
      [round, [`${kind}.accepted`, `${kind}.refused`], orderNumber],
    );
  if (row?.haier_round === round && row.haier_status === PENDING[kind])
    return { outcome: row.type === `${kind}.accepted` ? 'accepted' : 'nothing' };
  const isRefused = row?.haier_status === REFUSED[kind] && row.type === `${kind}.refused`;
  return isRefused ? { outcome: 'refused', why: row.why ?? 'upstream' } : { outcome: 'told' };
}

const PENDING = { push: 'push_pending', cancel: 'cancel_pending' } as const satisfies Record<string, HaierState>;
const REFUSED = { push: 'failed', cancel: 'cancel_failed' } as const satisfies Record<string, HaierState>;

/** What the platform, or the way there, said last, in words with personal data masked; undefined when it said nothing. */
export function platformSaid({ timeline }: OrderView): Text | undefined {
  const last = timeline.findLast(({ machine }) => machine === 'haier');
  return last?.note ? { zh: last.note, en: last.noteEn ?? last.note } : undefined;
}

/** A text with what the platform said behind it, unless that says the same again. */
export function withSaid(text: Text, said: Text | undefined): Text {
  if (!said || said.zh.startsWith(text.zh)) return said ?? text;
  return { zh: `${text.zh}：${said.zh}`, en: `${text.en}: ${said.en}` };
}
