import { randomInt } from 'node:crypto';

/** Unix seconds and six random digits (domain.md §3); two in one second may collide, so placing retries (R162). */
export const newOrderNumber = (now: Date): string =>
  `${Math.floor(now.getTime() / 1000)}${String(randomInt(1_000_000)).padStart(6, '0')}`;
