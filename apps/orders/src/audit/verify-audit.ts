import type { AuditVerification } from '@orderbridge/contracts/audit-api';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { NO_SEAL, SEALED_COLUMNS, type SealedEntry, sealOf } from './seal.ts';

const BATCH = 2_000;
const BROKEN_SHOWN = 20;
/** Entries are sealed within seconds; one that waits longer was put in by another way, or nobody seals. */
const SEALED_WITHIN_MS = 60_000;
/** Ids looked at in one query when entries without a seal are sought. */
const ID_RANGE = 100_000n;

export type VerifyOptions = {
  readonly key: string | undefined;
  readonly now: Date;
  /** Seal written down earlier, hex: is it still part of the chain? */
  readonly wanted?: string;
  readonly onProgress?: (checked: number) => void;
};

/**
 * Walks the audit chain from its first seal in bounded memory and computes every seal anew. Finds entries that were
 * altered, deleted or put in another place, missing seals, and entries that nobody sealed; a chain that was shortened
 * at its end is told only by a seal `wanted` from before.
 */
export async function verifyAudit(
  em: SqlEntityManager,
  { key, now, wanted, onProgress }: VerifyOptions,
): Promise<AuditVerification & { wantedFound: boolean }> {
  const found: Finding[] = [];
  let problems = 0;
  const report = (finding: Finding) => {
    problems += 1;
    if (found.length < BROKEN_SHOWN) found.push(finding);
  };
  let checked = 0;
  let wantedFound = false;
  // Either seal before may be the true one when a seal itself was altered; that one is reported, not its successor.
  let previous: Buffer[] | undefined = [NO_SEAL];
  let sealNo = 0n;
  let head: Buffer | undefined;

  for (;;) {
    const rows = await em.execute<SealRow[]>(
      `select s.seal_no, s.entry_id, s.seal, ${SEALED_COLUMNS}
         from audit_seals s left join audit_entries e on e.id = s.entry_id
        where s.seal_no > ? order by s.seal_no limit ?`,
      [String(sealNo), BATCH],
    );
    for (const { seal_no, entry_id, seal, ...row } of rows) {
      const number = BigInt(seal_no);
      if (number !== sealNo + 1n) {
        report({ sealNo: String(sealNo + 1n), entryId: '-', problem: 'deleted' });
        // What the missing seal was cannot be known, so the next one is taken as it is.
        previous = undefined;
      }
      const entry = row.id === null ? undefined : (row as SealedEntry);
      const before: Buffer[] = previous ?? [];
      const computed = entry && before.map((link) => sealOf(key, link, number, entry));
      if (!entry) report({ sealNo: seal_no, entryId: entry_id, problem: 'deleted' });
      else if (previous && !computed!.some((candidate) => candidate.equals(seal)))
        report({ sealNo: seal_no, entryId: entry_id, problem: 'altered', entry, seal, before });
      previous = [seal, ...(computed ?? []).filter((candidate) => !candidate.equals(seal))];
      sealNo = number;
      head = seal;
      checked += 1;
      wantedFound ||= seal.toString('hex') === wanted;
    }
    onProgress?.(checked);
    if (rows.length < BATCH) break;
  }
  for (const finding of found) if (isOutOfPlace(finding, found, key)) finding.problem = 'out_of_place';

  const unsealed = await findUnsealed(em, now, report);
  return {
    ok: problems === 0,
    checked,
    unsealed,
    head: head?.toString('hex') ?? null,
    broken: found.map(({ sealNo: at, entryId, problem }) => ({ sealNo: at, entryId, problem })),
    wantedFound,
  };
}

type Finding = AuditVerification['broken'][number] & {
  readonly entry?: SealedEntry;
  readonly seal?: Buffer;
  readonly before?: readonly Buffer[];
};
type SealRow = { seal_no: string; entry_id: string; seal: Buffer } & (
  | SealedEntry
  | { [Column in keyof SealedEntry]: null }
);

/** Whether an entry that does not fit its seal fits another one that has none either: the two changed places. */
function isOutOfPlace(finding: Finding, all: readonly Finding[], key: string | undefined): boolean {
  const { entry } = finding;
  if (!entry) return false;
  return all.some(
    (other) =>
      other !== finding &&
      other.seal !== undefined &&
      (other.before ?? []).some((link) =>
        [entry, { ...entry, id: other.entryId }].some((content) =>
          sealOf(key, link, BigInt(other.sealNo), content).equals(other.seal!),
        ),
      ),
  );
}

/** Counts entries without a seal, range by range, and reports those that wait for long. */
async function findUnsealed(em: SqlEntityManager, now: Date, report: (finding: Finding) => void): Promise<number> {
  const [bounds] = await em.execute<{ first: string | null; last: string | null }[]>(
    `select min(id) as first, max(id) as last from audit_entries`,
  );
  let unsealed = 0;
  if (bounds?.first === null || bounds?.last === null || !bounds) return unsealed;
  for (let from = BigInt(bounds.first); from <= BigInt(bounds.last); from += ID_RANGE) {
    const [range] = await em.execute<{ count: number; stale: string[] }[]>(
      `select count(*)::int as count,
              coalesce((array_agg(e.id::text order by e.id) filter (where e.at < ?)), '{}') as stale
         from audit_entries e
        where e.id >= ? and e.id < ? and not exists (select 1 from audit_seals s where s.entry_id = e.id)`,
      [new Date(now.getTime() - SEALED_WITHIN_MS), String(from), String(from + ID_RANGE)],
    );
    unsealed += range!.count;
    for (const id of range!.stale) report({ sealNo: '-', entryId: id, problem: 'unsealed_for_long' });
  }
  return unsealed;
}
