import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { exceptionApi } from '@orderbridge/contracts/exceptions-api';
import type { z } from 'zod';
import { maskText, type PersonalData } from '../orders/mask.ts';
import { Order } from '../orders/order.entity.ts';
import { StaffException } from './exception.entity.ts';

type Asked = z.output<typeof exceptionApi.causes.input>;

/** Numbers, sums, times and long names of things: what differs between cases that have the same cause. */
const PARTICULARS = '[A-Za-z._:/-]*[0-9][0-9A-Za-z._:/,-]*';

/** What names the cause of a case in an address: the same for all whose detail differs in particulars only. */
export const CAUSE_SQL = `left(md5(regexp_replace(e.detail, '${PARTICULARS}', '…', 'g')), 12)`;

/** What is left of a phone number that was masked first. */
const MASKED_NUMBER = /…?\*{4}…/g;

const MOST_CAUSES = 20;

/**
 * Open cases of one kind by what caused them, the most frequent first (features.md row 14), each in the words of its
 * first case, where what names a person is hidden as it is in the list of cases.
 */
export async function listCauses(
  em: SqlEntityManager,
  { kind }: Asked,
  now: Date,
): Promise<z.input<typeof exceptionApi.causes.output>> {
  const rows = await em.execute<{ cause: string; first: string; open: number; oldest: string }[]>(
    `select ${CAUSE_SQL} as cause, min(e.id) as first, count(*)::int as open, min(e.created_at) as oldest
       from exceptions e where e.status = 'open' and e.kind = ?
      group by 1 order by open desc, oldest limit ?`,
    [kind, MOST_CAUSES],
  );
  const samples = await em.find(StaffException, { id: { $in: rows.map(({ first }) => Number(first)) } });
  const caseOf = new Map(samples.map((sample) => [sample.id, sample]));
  const people = await peopleOf(em, samples);
  const inWords = (text: string, orderId: number | null | undefined) =>
    maskText(text, orderId ? people.get(orderId) : undefined)
      .replaceAll(new RegExp(PARTICULARS, 'g'), '…')
      .replaceAll(MASKED_NUMBER, '…');
  return {
    items: rows.map(({ cause, first, open, oldest }) => {
      const { detail, detailEn, orderId } = caseOf.get(Number(first))!;
      return {
        cause,
        detail: inWords(detail, orderId),
        detailEn: inWords(detailEn, orderId),
        open,
        oldestAgeSeconds: Math.max(0, Math.floor((now.getTime() - new Date(oldest).getTime()) / 1000)),
      };
    }),
  };
}

/** Whom the orders of these cases name, by order id. */
async function peopleOf(
  em: SqlEntityManager,
  cases: readonly StaffException[],
): Promise<ReadonlyMap<number, PersonalData>> {
  const ids = cases.flatMap(({ orderId }) => orderId ?? []);
  const orders = await em.find(
    Order,
    { id: { $in: ids } },
    { fields: ['id', 'contactName', 'phone', 'addressDetail'] },
  );
  return new Map(orders.map((order) => [order.id, order]));
}
