import type { JobView } from '@orderbridge/contracts/integrations-api';

const LOOK_WHILE_BUSY_MS = 2_000;
const LOOK_EVERY_MS = 15_000;
/** What is due within this time is about to be under way. */
const SOON_MS = 60_000;

/** When an open job is read again: often while something happens to it, never once it is done. */
export function lookAgainMs(job: Pick<JobView, 'state' | 'nextAttemptAt'> | undefined, nowMs: number): number | false {
  if (job?.state === 'done') return false;
  if (job?.state === 'running') return LOOK_WHILE_BUSY_MS;
  const isSoon =
    job?.state === 'waiting' && job.nextAttemptAt !== null && Date.parse(job.nextAttemptAt) - nowMs <= SOON_MS;
  return isSoon ? LOOK_WHILE_BUSY_MS : LOOK_EVERY_MS;
}
