import { hash, verify } from '@node-rs/argon2';
import { TooMany } from '../errors.ts';

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;
const WAITING_MAX = 20;

let running = 0;
const queue: (() => void)[] = [];

/** At most two hashes at once: 19 MiB each, so that a burst of sign-ins cannot take the machine. */
async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  // Who ends hands its place to the next, so that nobody slips in between.
  if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}

/** argon2id hash of a password, in PHC text form. */
export const hashPassword = (password: string): Promise<string> => oneOfFew(() => hash(password, OPTIONS));

/**
 * Whether the password fits the hash; takes the same time whether or not the account exists when given a decoy.
 * @throws TooMany when more than 20 already wait
 */
export async function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  if (queue.length >= WAITING_MAX)
    throw new TooMany('正在登录的人过多，请稍后再试', 'Too many people are signing in right now; try again shortly');
  return oneOfFew(() => verify(passwordHash, password));
}
