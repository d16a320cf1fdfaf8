import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { JetStream } from '../jetstream/connect.ts';
import { publish } from '../jetstream/publish.ts';
import type { Log } from '../logger.ts';

const BATCH = 256;
const POLL_MS = 500;
const GATHER_MS = 25;
const PUBLISH_TIMEOUT_MS = 5_000;

export type Relay = { readonly wake: () => void; readonly stop: () => Promise<void> };
export type RelayContext = { readonly orm: MikroORM; readonly js: JetStream; readonly log: Pick<Log, 'warn'> };

/** Whose events they are, and where they go. */
export type Outbox = {
  /** Advisory lock of the one process that relays; its own for each service, because they may share a database. */
  readonly lockKey: number;
  readonly stream: string;
  readonly subjectOf: (type: string) => string;
  /** `source` of the CloudEvents. */
  readonly source: string;
};

/**
 * Tells committed events of the table `outbox` to JetStream as CloudEvents 1.0, oldest first, in order per subject, with the event id as message id. One process
 * at a time does it, under an advisory lock. Woken after each commit of this process; a poll of 500 ms finds what
 * others committed and what a crash left.
 */
export function startRelay(context: RelayContext, outbox: Outbox): Relay {
  let stopped = false;
  let called = false;
  let endWait = () => {};
  const wake = () => {
    called = true;
    endWait();
  };
  const run = async () => {
    while (!stopped) {
      called = false;
      const sent = await relayOnce(context, outbox).catch((error: unknown) => {
        if (!stopped) context.log.warn('outbox relay waits', {}, error);
        return 0;
      });
      if (sent === BATCH) continue;
      // What was committed while this round ran is not left to the poll.
      if (!called)
        await Promise.race([
          new Promise<void>((resolve) => (endWait = resolve)),
          delay(POLL_MS, undefined, { ref: false }),
        ]);
      // Commits come in bursts: one round for several batches costs one transaction instead of many.
      if (!stopped) await delay(GATHER_MS);
    }
  };
  const running = run();
  return {
    wake,
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}

type OutboxRow = { id: string; event_id: string; type: string; subject: string; data: object; at: string };

/** Sends one batch; answers how many events are known to be kept by the stream. */
export function relayOnce({ orm, js }: Pick<RelayContext, 'orm' | 'js'>, outbox: Outbox): Promise<number> {
  return orm.em.fork().transactional(async (inner) => {
    const em = inner as SqlEntityManager;
    const [lock] = await em.execute<{ held: boolean }[]>(`select pg_try_advisory_xact_lock(?) as held`, [
      outbox.lockKey,
    ]);
    if (!lock?.held) return 0;
    const rows = await em.execute<OutboxRow[]>(
      `select id, event_id, type, subject, data, at from outbox where sent_at is null order by id limit ${BATCH}`,
    );
    const sent: string[] = [];
    for (const wave of wavesOf(rows)) {
      const results = await Promise.allSettled(wave.map((row) => send(js, outbox, row)));
      results.forEach((result, index) => result.status === 'fulfilled' && sent.push(wave[index]!.id));
      // What follows of these subjects must not overtake what failed: the rest waits for the next round.
      if (results.some((result) => result.status === 'rejected')) break;
    }
    if (sent.length > 0) await em.execute(`update outbox set sent_at = now() where id in (?)`, [sent], 'run');
    return sent.length;
  });
}

/** Events of different subjects go side by side, events of one subject one after the other. */
function wavesOf(rows: readonly OutboxRow[]): OutboxRow[][] {
  const waves: OutboxRow[][] = [];
  const depth = new Map<string, number>();
  for (const row of rows) {
    const at = depth.get(row.subject) ?? 0;
    depth.set(row.subject, at + 1);
    (waves[at] ??= []).push(row);
  }
  return waves;
}

function send(js: JetStream, { stream, subjectOf, source }: Outbox, row: OutboxRow): Promise<void> {
  const event = {
    specversion: '1.0',
    id: row.event_id,
    source,
    type: row.type,
    subject: row.subject,
    time: new Date(row.at).toISOString(),
    datacontenttype: 'application/json',
    data: row.data,
  };
  return publish(js, subjectOf(row.type), JSON.stringify(event), {
    messageId: row.event_id,
    timeoutMs: PUBLISH_TIMEOUT_MS,
    stream,
  });
}
