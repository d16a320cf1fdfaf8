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

/** Whether an error says that the database is away or busy, not that the work is wrong: such work is tried again for ever. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (
    let current = error;
    current instanceof Error;
    current = (current as { previous?: unknown }).previous ?? current.cause
  ) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === 'string' && (TRANSIENT_SQLSTATE.test(code) || NETWORK_CODES.has(code))) return true;
    if (
      /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i.test(
        current.message,
      )
    )
      return true;
  }
  return false;
}
