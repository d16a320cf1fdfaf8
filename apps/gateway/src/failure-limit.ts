import { networkOf } from '@orderbridge/service-kit/client-address';

export type FailureLimitOptions = {
  /** Failures that pass per minute and address, also the size of the first burst. */
  perMinute: number;
  /** Most addresses remembered; the one that failed longest ago is forgotten first. */
  maxAddresses?: number;
};

export type CountedFailure = {
  /** The address has used up its failures. */
  readonly limited: boolean;
  /** For how many failures a log line is due now; 0 when the next line will count this one too. */
  readonly toLog: number;
};

export type FailureLimit = {
  count: (address: string, nowMs: number) => CountedFailure;
  /** Addresses remembered. */
  readonly size: number;
};

type Bucket = { tokens: number; atMs: number; loggedAtMs: number; unlogged: number };

const MAX_ADDRESSES = 10_000;
const LOG_EVERY_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * A token bucket per client address for verifications that failed (P12). Only failures are counted and refused:
 * a verified callback passes however many forgeries come from the same address. IPv6 counts by /64, which is what
 * one customer has. Beyond the limit an address gets one log line a second, so that it cannot fill the disk.
 */
export function createFailureLimit({ perMinute, maxAddresses = MAX_ADDRESSES }: FailureLimitOptions): FailureLimit {
  const buckets = new Map<string, Bucket>();

  return {
    count(address, nowMs) {
      const key = networkOf(address);
      const bucket = buckets.get(key) ?? { tokens: perMinute, atMs: nowMs, loggedAtMs: -Infinity, unlogged: 0 };
      // Put back at the end: a Map keeps the order of insertion, so its first key is the oldest.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxAddresses) buckets.delete(buckets.keys().next().value!);

      bucket.tokens = Math.min(perMinute, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perMinute) / MINUTE_MS);
      bucket.atMs = nowMs;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return { limited: false, toLog: 1 };
      }
      bucket.unlogged += 1;
      if (nowMs - bucket.loggedAtMs < LOG_EVERY_MS) return { limited: true, toLog: 0 };
      const toLog = bucket.unlogged;
      bucket.unlogged = 0;
      bucket.loggedAtMs = nowMs;
      return { limited: true, toLog };
    },
    get size() {
      return buckets.size;
    },
  };
}
