import { setTimeout as delay } from 'node:timers/promises';
import { type Claim, claimJobs } from './claim-jobs.ts';
import { endLapsed } from './end-lapsed.ts';
import { renewLeases } from './renew-leases.ts';
import { takeTurns } from './take-turns.ts';
import { type WorkContext, workJob } from './work-job.ts';

export type Worker = {
  /** Jobs were planned: looks at once. */
  readonly wake: () => void;
  /** Takes no more, waits for what is being called, and breaks off what takes too long: that is then uncertain. */
  readonly stop: () => Promise<void>;
};

/** Each kind of turn has its own room, so that bulk calls which hang never stand in a person's way. */
const ROOM = { manual: 16, bulk: 48 } as const;

/** Bulk jobs that ask orders or write at a time; the rest of their room is for calls to the platform. */
const BULK_TURNS = 8;

const POLL_MS = 250;
const RENEW_EVERY_MS = 5_000;
const LAPSED_EVERY_MS = 1_000;
/** Pause after a job for which no call could be made: the others would fare no better. */
const TROUBLE_PAUSE_MS = 1_000;
const STOP_PATIENCE_MS = 6_000;

/**
 * Works on due jobs, many at once, for as long as the service runs; how fast the platform is called is the business of
 * the clients' rate budget. Any number of processes may do this at once.
 */
export function startWorker(given: WorkContext): Worker {
  const context = { ...given, bulkTurns: takeTurns(BULK_TURNS) };
  const { orm, log, now } = context;
  const held = new Map<Claim, Promise<void>>();
  const stopping = new AbortController();
  const breakOff = new AbortController();
  let called = false;
  let endWait = () => {};
  let restUntil = 0;
  const wake = () => {
    called = true;
    endWait();
  };

  const start = (claim: Claim) => {
    const working = workJob(context, claim, breakOff.signal)
      .then((worked) => {
        if (worked === 'put_back' || worked === 'held_back') restUntil = performance.now() + TROUBLE_PAUSE_MS;
      })
      .catch((error: unknown) => log.warn('job broke down', { id: claim.id, kind: claim.kind }, error))
      .finally(() => {
        held.delete(claim);
        wake();
      });
    held.set(claim, working);
  };

  const roomFor = (priority: Claim['priority']) =>
    ROOM[priority] - Array.from(held.keys()).filter((claim) => claim.priority === priority).length;

  const take = async () => {
    while (!stopping.signal.aborted) {
      called = false;
      const room = { manual: roomFor('manual'), bulk: roomFor('bulk') };
      const mayTake = performance.now() >= restUntil && (room.manual > 0 || room.bulk > 0);
      const claims = mayTake
        ? await claimJobs(orm, now(), room).catch((error: unknown) => {
            log.warn('jobs not claimed', {}, error);
            return [];
          })
        : [];
      claims.forEach(start);
      if (!called && !stopping.signal.aborted)
        await Promise.race([
          new Promise<void>((resolve) => (endWait = resolve)),
          delay(POLL_MS, undefined, { ref: false }),
        ]);
    }
  };

  const repeat = async (everyMs: number, what: string, run: () => Promise<unknown>) => {
    while (!breakOff.signal.aborted) {
      await delay(everyMs, undefined, { signal: breakOff.signal }).catch(() => undefined);
      if (!breakOff.signal.aborted) await run().catch((error: unknown) => log.warn('job failed', { id: what }, error));
    }
  };

  const loops = [
    take(),
    repeat(RENEW_EVERY_MS, 'renew leases', () => renewLeases(orm, held.keys(), now())),
    repeat(LAPSED_EVERY_MS, 'end lapsed jobs', () => endLapsed(context, now())),
  ];
  return {
    wake,
    stop: async () => {
      stopping.abort();
      wake();
      await loops[0];
      const finished = Promise.all(held.values());
      await Promise.race([finished, delay(STOP_PATIENCE_MS, undefined, { ref: false })]);
      breakOff.abort();
      await finished;
      await Promise.all(loops);
    },
  };
}
