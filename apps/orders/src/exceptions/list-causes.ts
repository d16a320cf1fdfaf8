import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { exceptionApi } from '@orderbridge/contracts/exceptions-api';
import type { z } from 'zod';

type Asked = z.output<typeof exceptionApi.causes.input>;

/** Numbers, sums, times and long names of things: what differs between cases that have the same cause. */
const PARTICULARS = "'[A-Za-z._:/-]*[0-9][0-9A-Za-z._:/,-]*'";

const withoutParticulars = (column: string) => `regexp_replace(${column}, ${PARTICULARS}, '…', 'g')`;

/** What names the cause of a case in an address: the same for all whose detail differs in particulars only. */
export const CAUSE_SQL = `left(md5(${withoutParticulars('e.detail')}), 12)`;

const MOST_CAUSES = 20;

/** Open cases of one kind by what caused them, the most frequent first (features.md row 14). */
export async function listCauses(
  em: SqlEntityManager,
  { kind }: Asked,
  now: Date,
): Promise<z.input<typeof exceptionApi.causes.output>> {
  const rows = await em.execute<{ cause: string; detail: string; detail_en: string; open: number; oldest: string }[]>(
    `select ${CAUSE_SQL} as cause, min(${withoutParticulars('e.detail')}) as detail,
            min(${withoutParticulars('e.detail_en')}) as detail_en, count(*)::int as open, min(e.created_at) as oldest
       from exceptions e where e.status = 'open' and e.kind = ?
      group by 1 order by open desc, oldest limit ?`,
    [kind, MOST_CAUSES],
  );
  return {
    items: rows.map(({ cause, detail, detail_en: detailEn, open, oldest }) => ({
      cause,
      detail,
      detailEn,
      open,
      oldestAgeSeconds: Math.max(0, Math.floor((now.getTime() - new Date(oldest).getTime()) / 1000)),
    })),
  };
}
