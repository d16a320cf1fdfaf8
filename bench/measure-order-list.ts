import { type ListCall } from './order-list-calls.ts';

/** A shop whose order list is asked. */
export type AskedShop = { readonly ordersUrl: string; readonly cookie: string; readonly calls: readonly ListCall[] };

/** What calls of one shop took, in ms, by kind of question. */
export type ListTimes = ReadonlyMap<string, readonly number[]>;

/**
 * Asks the same kinds of questions of both shops, one at a time and by turns, so that whatever else the machine does
 * meets both alike.
 */
export async function measureOrderLists<Name extends string>(
  shops: Readonly<Record<Name, AskedShop>>,
): Promise<Record<Name, ListTimes>> {
  const names = Object.keys(shops) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, new Map<string, number[]>()]));
  const count = Math.min(...names.map((name) => shops[name].calls.length));
  for (let index = 0; index < count; index++) {
    for (const name of index % 2 === 0 ? names : names.toReversed()) {
      const call = shops[name].calls[index]!;
      const ms = await timeOf(shops[name], call);
      times[name]!.set(call.kind, [...(times[name]!.get(call.kind) ?? []), ms]);
    }
  }
  return times as unknown as Record<Name, ListTimes>;
}

async function timeOf({ ordersUrl, cookie }: AskedShop, { kind, input }: ListCall): Promise<number> {
  const url = `${ordersUrl}/trpc/order.list?input=${encodeURIComponent(JSON.stringify(input))}`;
  const startedMs = performance.now();
  const response = await fetch(url, { headers: { cookie } });
  const answer = (await response.json()) as { result?: { data: { items: unknown[] } } };
  const ms = performance.now() - startedMs;
  if (!answer.result) throw new Error(`the order list refused a question (${kind}): ${JSON.stringify(answer)}`);
  return ms;
}
