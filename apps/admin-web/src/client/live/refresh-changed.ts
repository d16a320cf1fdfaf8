import type { QueryClient, QueryFilters } from '@tanstack/react-query';
import type { OrderChange } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';

const GATHER_MS = 100;
const REST_MS = 1_000;

/**
 * Reads anew just what a change touched: the order, the lists, callbacks of that order. Changes are gathered, so that
 * a thousand of them a second cost one refetch a second.
 */
export function refreshChanged(queryClient: QueryClient): (change: OrderChange) => void {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastMs = -Infinity;

  const refresh = () => {
    timer = undefined;
    lastMs = performance.now();
    const numbers = new Set(changed);
    changed.clear();
    void readAnew(queryClient, ordersApi.order.list.pathFilter());
    void readAnew(queryClient, ordersApi.exception.pathFilter());
    void readAnew(queryClient, ordersApi.overview.get.pathFilter());
    void readAnew(
      queryClient,
      ordersApi.order.get.pathFilter({
        predicate: ({ queryKey }) => numbers.has(orderNumberOf(inputOf(queryKey)) ?? ''),
      }),
    );
    for (const part of [ordersApi.callback, ordersApi.payment, ordersApi.refund]) {
      void readAnew(
        queryClient,
        part.list.pathFilter({
          predicate: ({ queryKey }) => {
            const filtered = orderNumberOf(inputOf(queryKey));
            return filtered === undefined || numbers.has(filtered);
          },
        }),
      );
      void readAnew(
        queryClient,
        part.get.pathFilter({ predicate: ({ state }) => numbers.has(orderNumberOf(state.data) ?? '') }),
      );
    }
  };

  return ({ orderNumber }) => {
    changed.add(orderNumber);
    timer ??= setTimeout(refresh, Math.max(GATHER_MS, lastMs + REST_MS - performance.now()));
  };
}

/**
 * Reads anew what the page shows of these queries. One that is on its first way is read again once it is here,
 * because it may have been answered before the change.
 */
export async function readAnew(queryClient: QueryClient, filters: QueryFilters<any> = {}): Promise<void> {
  const underWay = queryClient
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  await queryClient.invalidateQueries(filters);
  await Promise.allSettled(underWay.flatMap(({ promise }) => promise ?? []));
  await Promise.all(underWay.map(({ queryKey }) => queryClient.invalidateQueries({ queryKey, exact: true })));
}

const inputOf = ([, asked]: readonly unknown[]): unknown => ((asked ?? {}) as { input?: unknown }).input;

const orderNumberOf = (value: unknown): string | undefined => {
  const { orderNumber } = (value ?? {}) as { orderNumber?: unknown };
  return typeof orderNumber === 'string' ? orderNumber : undefined;
};
