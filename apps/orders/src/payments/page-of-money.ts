import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { paymentApi, refundApi } from '@orderbridge/contracts/orders-api';
import { ascending, descending, type Sequence } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { pageIn, startOfPage } from '../paging.ts';

/** What lists of payments and of refunds have in common. */
type Filter = Omit<
  z.output<typeof paymentApi.list.input> | z.output<typeof refundApi.list.input>,
  'method' | 'toApprove'
>;
type Condition = { readonly sql: string; readonly params: readonly unknown[] };

/**
 * Ids of a page of `payments` or `refunds`, both `r` in its conditions, newest first unless told otherwise, by keyset.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function pageOfMoney(
  em: SqlEntityManager,
  table: 'payments' | 'refunds',
  filter: Filter,
  more: readonly Condition[],
): Promise<{ items: number[]; nextCursor: string | null }> {
  const sequence = sequenceOf(filter);
  const { behind, orderBy, place } = startOfPage(sequence, filter.cursor);
  const conditions = [...conditionsOf(filter), ...more, ...(behind ? [behind] : [])];
  const where = conditions.length > 0 ? `where ${conditions.map(({ sql }) => sql).join(' and ')}` : '';
  const rows = await em.execute<{ id: string; place: string[] }[]>(
    `select r.id, ${place} from ${table} r ${where} order by ${orderBy} limit ?`,
    [...conditions.flatMap(({ params }) => params), filter.limit + 1],
  );
  return pageIn(sequence, rows, filter.limit, ({ id }) => Number(id));
}

const ID = { sql: 'id', holds: 'integer' } as const;
const CREATED = { sql: 'created_at', holds: 'instant' } as const;
const AMOUNT = { sql: 'amount_fen', holds: 'integer' } as const;
const BY_AMOUNT = {
  highest: descending('highest', AMOUNT, ID),
  lowest: ascending('lowest', AMOUNT, ID),
};
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID), ...BY_AMOUNT };
const SEQUENCES_OF_DAYS = {
  newest: descending('newest', CREATED, ID),
  oldest: ascending('oldest', CREATED, ID),
  ...BY_AMOUNT,
};

// Days of the past are read by time: going along the ids to find them would pass all that came before or since.
const sequenceOf = ({ sort = 'newest', createdFrom, createdTo }: Filter): Sequence =>
  (createdFrom || createdTo ? SEQUENCES_OF_DAYS : SEQUENCES)[sort];

const conditionsOf = ({ orderNumber, status, createdFrom, createdTo }: Filter): Condition[] => [
  ...(orderNumber
    ? [{ sql: `order_id = (select o.id from orders o where o.order_number = ?)`, params: [orderNumber] }]
    : []),
  ...(status ? [{ sql: `status in (?)`, params: [[status].flat()] }] : []),
  ...(createdFrom ? [{ sql: `created_at >= ?`, params: [new Date(createdFrom)] }] : []),
  ...(createdTo ? [{ sql: `created_at < ?`, params: [new Date(createdTo)] }] : []),
];
