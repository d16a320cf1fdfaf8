import { randomUUID } from 'node:crypto';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Text } from '../text.ts';
import type { SyncOptions } from './plan-sync.ts';
import type { ScheduledType } from './sync-config.ts';

/** A run that this process holds until its lease runs out. */
export type HeldSync = SyncOptions & {
  readonly rowId: string;
  readonly id: string;
  readonly type: ScheduledType;
  /** Tells this holder from whoever holds it later. */
  readonly leaseId: string;
  /** Whether the products of the run are all known. */
  readonly isListed: boolean;
  /** How many are done, kept up while the run goes on. */
  readonly counts: SyncCounts;
};
export type SyncCounts = { total: number; success: number; failed: number; changed: number };

/** Renewed twice a second; who is silent so long has died, and another process goes on. */
const LEASE_MS = 20_000;

type Row = { id: string; public_id: string; type: ScheduledType; options: SyncOptions; listed: boolean };

/**
 * Takes up the oldest run that nobody is at: a new one, or one whose process died or was stopped. Those that another
 * process takes at the same moment are passed over. Undefined when there is none.
 */
export async function claimSync(orm: MikroORM, now: Date): Promise<HeldSync | undefined> {
  const em = orm.em.fork();
  const leaseId = randomUUID();
  const [row] = await em.execute<Row[]>(
    `update sync_runs set status = 'processing', started_at = coalesce(started_at, ?), leased_until = ?, leased_by = ?
      where id = (select id from sync_runs where status in ('pending', 'processing') and (leased_until is null or leased_until <= ?)
                   order by id limit 1 for update skip locked)
     returning id, public_id, type, options, listed`,
    [now, new Date(now.getTime() + LEASE_MS), leaseId, now],
  );
  if (!row) return undefined;
  const [counts] = await em.execute<[SyncCounts]>(
    `select count(*)::int as total, count(*) filter (where state = 'done')::int as success,
            count(*) filter (where state = 'failed')::int as failed, count(*) filter (where changed)::int as changed
       from sync_items where run_id = ?`,
    [row.id],
  );
  return {
    ...row.options,
    rowId: row.id,
    id: row.public_id,
    type: row.type,
    leaseId,
    isListed: row.listed,
    counts: { ...counts },
  };
}

/**
 * Writes how far a run is and keeps its lease. Answers whether somebody asked for its end; `lost` when another process
 * holds it.
 */
export async function reportProgress(
  orm: MikroORM,
  { rowId, leaseId, counts }: HeldSync,
  { zh, en }: Text,
  now: Date,
): Promise<'go_on' | 'cancelled' | 'lost'> {
  const [row] = await orm.em.fork().execute<{ cancel_requested: boolean }[]>(
    `update sync_runs set leased_until = ?, message = ?, message_en = ?, total_count = ?, success_count = ?, failed_count = ?,
            changed_count = ?
      where id = ? and leased_by = ? and status = 'processing' returning cancel_requested`,
    [
      new Date(now.getTime() + LEASE_MS),
      zh,
      en,
      counts.total,
      counts.success,
      counts.failed,
      counts.changed,
      rowId,
      leaseId,
    ],
  );
  if (!row) return 'lost';
  return row.cancel_requested ? 'cancelled' : 'go_on';
}

/** Lets another process go on with a run at once. */
export async function letGo(orm: MikroORM, { rowId, leaseId }: HeldSync): Promise<void> {
  await orm.em
    .fork()
    .execute(
      `update sync_runs set leased_until = null, leased_by = null where id = ? and leased_by = ?`,
      [rowId, leaseId],
      'run',
    );
}
