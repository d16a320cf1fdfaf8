import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Refund } from './refund.entity.ts';

/** The people behind the request of a refund: none of them may be its second person. */
export type AskersOf = (refund: Pick<Refund, 'requestedBy'>) => readonly string[];

const TOKEN = 'token:';

/** Who asked for these refunds: whoever did, and behind a token whoever made one of that name. */
export async function readAskers(
  em: SqlEntityManager,
  refunds: readonly Pick<Refund, 'requestedBy'>[],
): Promise<AskersOf> {
  const tokens = new Set(
    refunds.flatMap(({ requestedBy }) => (requestedBy?.startsWith(TOKEN) ? requestedBy.slice(TOKEN.length) : [])),
  );
  const makers =
    tokens.size === 0
      ? []
      : await em.execute<{ name: string; created_by: string }[]>(
          `select name, created_by from api_tokens where name in (?)`,
          [[...tokens]],
        );
  return ({ requestedBy }) =>
    requestedBy
      ? [requestedBy, ...makers.filter(({ name }) => TOKEN + name === requestedBy).map((maker) => maker.created_by)]
      : [];
}
