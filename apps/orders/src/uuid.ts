import { randomBytes } from 'node:crypto';

// One system call serves 256 ids.
const POOL_BYTES = 10 * 256;
let pool = Buffer.alloc(0);
let used = 0;

/** A UUIDv7: time-ordered, so that index pages fill from left to right. */
export function v7(at: Date): string {
  if (used + 10 > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const time = at.getTime().toString(16).padStart(12, '0');
  const variant = '89ab'[Number.parseInt(random[3]!, 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
