import { createHash, createHmac } from 'node:crypto';

/** An audit entry as the database writes it: microseconds kept, `detail` in the one form that jsonb has. */
export type SealedEntry = {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly detail: string;
};

/** Columns of a `SealedEntry` of `audit_entries e`, the same whatever the session's time zone is. */
export const SEALED_COLUMNS = `e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.actor, e.action,
  e.resource_type, e.resource_id, e.detail::text as detail`;

/** What the first seal follows. */
export const NO_SEAL = Buffer.alloc(32);

/**
 * The seal of an entry at its place: HMAC-SHA256 under `key` (SHA-256 without one) over the seal before it, its number
 * and the entry as one JSON list. With a key, who can write to the database still cannot make seals.
 */
export function sealOf(key: string | undefined, previous: Buffer, sealNo: bigint, entry: SealedEntry): Buffer {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  const { id, at, actor, action, resource_type, resource_id, detail } = entry;
  return hash
    .update(previous)
    .update(JSON.stringify([String(sealNo), id, at, actor, action, resource_type, resource_id, detail]))
    .digest();
}
