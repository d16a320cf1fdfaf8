/** Calls until a refund that never gets through is put before staff: a week (`waitAfter` of service-kit). */
export const TRIES_MAX = 36;
