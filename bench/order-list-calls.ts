import { cursorBehind } from '@orderbridge/service-kit/keyset';
import type pg from 'pg';

/** One call of `order.list`, and what kind of question it is. */
export type ListCall = { readonly kind: string; readonly input: Readonly<Record<string, unknown>> };

/** What staff ask of the list in so many rounds of all kinds, with numbers, buyers and days that this shop has. */
export async function orderListCalls(database: pg.Client, rounds: number): Promise<ListCall[]> {
  const { rows } = await database.query<{ orders: string }>('select max(id) as orders from orders');
  const ids = Array.from({ length: rounds }, (_, round) => drawn(round, Number(rows[0]!.orders)));
  const { rows: found } = await database.query<Asked>(
    `select o.id, o.order_number, o.buyer, o.phone_tail, o.created_at, at_haier.haier_order_no
       from unnest($1::bigint[]) as asked (id)
       join orders o using (id)
       cross join lateral (select n.haier_order_no from orders n where n.id <= o.id and n.haier_order_no is not null order by n.id desc limit 1) at_haier`,
    [ids],
  );
  return found.flatMap((order, round) => callsAbout(order, round));
}

type Asked = {
  id: string;
  order_number: string;
  buyer: string;
  phone_tail: string;
  created_at: Date;
  haier_order_no: string;
};

/** What is asked most often stands more than once. */
function callsAbout(order: Asked, round: number): ListCall[] {
  const day = new Date(order.created_at).setUTCHours(16, 0, 0, 0);
  const created = {
    createdFrom: new Date(day).toISOString(),
    createdTo: new Date(day + (1 + (round % 7)) * DAY_MS).toISOString(),
  };
  const first: ListCall = { kind: 'first page', input: {} };
  return [
    first,
    { kind: 'status', input: { status: STATUSES[round % STATUSES.length] } },
    { kind: 'number', input: { q: order.order_number } },
    { kind: 'Haier status', input: { haierStatus: HAIER_STATUSES[round % HAIER_STATUSES.length] } },
    first,
    { kind: 'created range', input: created },
    { kind: 'phone tail', input: { q: order.phone_tail } },
    { kind: 'buyer', input: { buyer: order.buyer } },
    { kind: 'deep page', input: { cursor: cursorBehind({ name: 'newest' }, [order.id]) } },
    first,
    { kind: 'number prefix', input: { q: order.order_number.slice(0, 7 + (round % 4)) } },
    { kind: 'Haier number', input: { q: order.haier_order_no } },
    { kind: 'statuses', input: { status: ['pending', 'paid', 'refunding'] } },
    { kind: 'range and status', input: { ...created, status: STATUSES[round % STATUSES.length] } },
    {
      kind: 'deep page of a status',
      input: { status: 'completed', cursor: cursorBehind({ name: 'newest' }, [order.id]) },
    },
  ];
}

const DAY_MS = 86_400_000;
const STATUSES = ['paid', 'pending', 'shipped', 'refunding', 'completed', 'cancelled', 'refunded'] as const;
const HAIER_STATUSES = ['failed', 'push_pending', 'confirmed', 'out_of_stock', 'cancel_failed', 'none'] as const;

/** Spread over all ids, the same in every run. */
const drawn = (round: number, orders: number) => 1 + Math.floor(((round + 1) * 0.618_033_988_75 * orders) % orders);
