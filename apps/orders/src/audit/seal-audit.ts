import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrdersLog } from '../log.ts';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { NO_SEAL, SEALED_COLUMNS, type SealedEntry, sealOf } from './seal.ts';

export type SealContext = {
  readonly orm: MikroORM;
  readonly now: () => Date;
  readonly log: OrdersLog;
  readonly auditChainKey: string | undefined;
};

/** One instance at a time writes seals. */
const SEAL_LOCK = 4_711_002;
const BATCH = 1_000;
/** How far below the newest seal a process looks for entries when it starts. */
const LOOK_BACK = 10_000n;
/** An id that is still missing after this time was rolled back: no transaction may stay open for so long. */
const MISSING_FOR_MS = 300_000;
const ANCHOR_EVERY_MS = 600_000;

/**
 * Gives every committed audit entry its seal, in order of id, numbered without gaps. An id is given before the commit,
 * so an entry may appear below one that is sealed: it is remembered as missing and sealed when it comes. What appears
 * far below is no late commit; it stays without a seal and `verifyAudit` reports it. Answers how many were sealed.
 */
export function auditSealer(context: SealContext): (stopping?: AbortSignal) => Promise<number> {
  const seen = { upTo: undefined as bigint | undefined, missing: new Map<bigint, number>() };
  let anchoredMs = 0;

  return async function sealAudit(stopping?: AbortSignal): Promise<number> {
    let sealed = 0;
    for (;;) {
      const batch = await sealBatch(context, seen);
      sealed += batch.sealed;
      if (batch.head && batch.done && sealed > 0 && context.now().getTime() - anchoredMs >= ANCHOR_EVERY_MS) {
        anchoredMs = context.now().getTime();
        // Wherever the log goes, this line proves later that the chain was once this long.
        context.log.info('audit chain head', { count: String(batch.head.seal_no), head: batch.head.seal });
      }
      if (batch.done || stopping?.aborted) return sealed;
    }
  };
}

const atLeast0 = (id: bigint) => (id < 0n ? 0n : id);

type Seen = { upTo: bigint | undefined; readonly missing: Map<bigint, number> };
type Batch = {
  readonly sealed: number;
  readonly done: boolean;
  readonly head: { readonly seal_no: bigint; readonly seal: string } | undefined;
};

async function sealBatch({ orm, now, auditChainKey }: SealContext, seen: Seen): Promise<Batch> {
  const at = now();
  const result = await orm.em.fork().transactional(async (em) => {
    const [lock] = await em.execute<{ mine: boolean }[]>(`select pg_try_advisory_xact_lock(${SEAL_LOCK}) as mine`);
    if (!lock?.mine) return undefined;
    const [head] = await em.execute<{ seal_no: string; entry_id: string; seal: Buffer }[]>(
      `select seal_no, entry_id, seal from audit_seals order by seal_no desc limit 1`,
    );
    const from = seen.upTo ?? atLeast0(BigInt(head?.entry_id ?? 0) - LOOK_BACK);
    const rows = await em.execute<(SealedEntry & { sealed: boolean })[]>(
      `select ${SEALED_COLUMNS}, exists (select 1 from audit_seals s where s.entry_id = e.id) as sealed
         from audit_entries e where e.id > ? or e.id = any(?::bigint[]) order by e.id limit ?`,
      [String(from), `{${[...seen.missing.keys()].join(',')}}`, BATCH],
    );
    let previous = head?.seal ?? NO_SEAL;
    let sealNo = BigInt(head?.seal_no ?? 0);
    const seals = rows
      .filter((row) => !row.sealed)
      .map((entry) => {
        sealNo += 1n;
        previous = sealOf(auditChainKey, previous, sealNo, entry);
        return { seal_no: String(sealNo), entry_id: entry.id, seal: `\\x${previous.toString('hex')}`, at };
      });
    if (seals.length > 0)
      await insertRows(em, 'audit_seals', 'seal_no bigint, entry_id bigint, seal bytea, at timestamptz', seals);
    return {
      from,
      ids: rows.map((row) => BigInt(row.id)),
      sealed: seals.length,
      head: sealNo === 0n ? undefined : { seal_no: sealNo, seal: previous.toString('hex') },
    };
  });
  // Another process is at it; what it seals is seen as sealed at the next turn.
  if (!result) return { sealed: 0, done: true, head: undefined };
  remember(seen, result, at.getTime());
  return { sealed: result.sealed, done: result.ids.length < BATCH, head: result.head };
}

/** Notes up to where everything was seen, and which ids below are still missing. */
function remember(seen: Seen, { from, ids }: { from: bigint; ids: readonly bigint[] }, nowMs: number): void {
  for (const id of ids) seen.missing.delete(id);
  for (const [id, sinceMs] of seen.missing) if (nowMs - sinceMs > MISSING_FOR_MS) seen.missing.delete(id);
  let last = from;
  for (const id of ids) {
    if (id <= last) continue;
    // A table that was filled from elsewhere may begin anywhere; so much was never rolled back.
    const gapFrom = id - last > LOOK_BACK ? id : last + 1n;
    for (let gap = gapFrom; gap < id; gap += 1n) seen.missing.set(gap, nowMs);
    last = id;
  }
  seen.upTo = last;
}
