// Class 08 connection, 53 resources, 57P operator intervention, 40001/40P01 serialisation and deadlock, 55P03 lock.
const TRANSIENT_SQLSTATE = /^(08...|53...|57P..|40001|40P01|55P03)$/;
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Whether another transaction was in the way (serialisation failure, deadlock): the same work may succeed at once. */
export const isLockConflict = (error: unknown): boolean =>
  codesOf(error).some((code) => code === '40001' || code === '40P01');

/** Whether an error says that the database is away or busy, not that the work is wrong: such work is tried again for ever. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isUnfitData(error)) return false;
  return (
    codesOf(error).some((code) => TRANSIENT_SQLSTATE.test(code) || NETWORK_CODES.has(code)) ||
    chainOf(error).some(({ message }) => CONNECTION_GONE.test(message))
  );
}

const CONNECTION_GONE =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable|Query read timeout/i;

/** Whether an error says that the database can never keep these values, so that trying again is of no use. */
export const isUnfitData = (error: unknown): boolean =>
  codesOf(error).some((code) => /^22[0-9A-Z]{3}$/.test(code)) ||
  // A NUL in a parameter; its SQLSTATE, 08P01, else tells of a broken line.
  chainOf(error).some(({ message }) => NUL_IN_PARAMETER.test(message));

const NUL_IN_PARAMETER = /invalid message format/;

/** The SQLSTATE of an error that PostgreSQL sent; undefined for any other. */
export const sqlStateOf = (error: unknown): string | undefined =>
  codesOf(error).find((code) => /^[0-9A-Z]{5}$/.test(code));

const codesOf = (error: unknown): string[] =>
  chainOf(error).flatMap((link) => {
    const { code } = link as { code?: unknown };
    return typeof code === 'string' ? [code] : [];
  });

/** The error with everything that it says caused it. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let current = error; current instanceof Error && !chain.includes(current);) {
    chain.push(current);
    current = (current as { previous?: unknown }).previous ?? current.cause;
  }
  return chain;
}
