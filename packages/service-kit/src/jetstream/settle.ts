/** What becomes of a message after it was handled. Nothing else touches ack, nak or term. */
export type Settlement = { do: 'ack' } | { do: 'retry'; inMs: number };

export const acknowledged: Settlement = { do: 'ack' };

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;

/** Doubling waits from 100 ms to 30 s, by how often the message was delivered before (from 1). */
export const retryAfterMs = (deliveries: number): number =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, deliveries - 1));
