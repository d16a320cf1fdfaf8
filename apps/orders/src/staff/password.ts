import { hash, verify } from '@node-rs/argon2';

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;

let running = 0;
const queue: (() => void)[] = [];

/** At most two hashes at once: 19 MiB each, so that a burst of sign-ins cannot take the machine. */
async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

/** argon2id hash of a password, in PHC text form. */
export const hashPassword = (password: string): Promise<string> => oneOfFew(() => hash(password, OPTIONS));

/** Whether the password fits the hash; takes the same time whether or not the account exists when given a decoy. */
export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  oneOfFew(() => verify(passwordHash, password));
