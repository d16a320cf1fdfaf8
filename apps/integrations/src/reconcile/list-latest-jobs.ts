import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { LatestJob } from './find-differences.ts';

type Row = {
  order_number: string;
  public_id: string;
  kind: LatestJob['kind'];
  round: number;
  state: LatestJob['state'];
  detail: string | null;
  detail_en: string | null;
};

/** The newest request of ours about each of these orders, as far as there is one. */
export async function listLatestJobs(
  em: SqlEntityManager,
  orderNumbers: readonly string[],
): Promise<ReadonlyMap<string, LatestJob>> {
  if (orderNumbers.length === 0) return new Map();
  const rows = await em.execute<Row[]>(
    `select distinct on (order_number) order_number, public_id, kind, round, state, detail, detail_en
       from jobs where order_number in (?) order by order_number, round desc, id desc`,
    [orderNumbers],
  );
  return new Map(
    rows.map(({ order_number, public_id, kind, round, state, detail, detail_en }) => [
      order_number,
      { id: public_id, kind, round, state, detail, detailEn: detail_en },
    ]),
  );
}
