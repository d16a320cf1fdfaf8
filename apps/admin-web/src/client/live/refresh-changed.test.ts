import { QueryClient, type QueryKey } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OrderChange } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { readAnew, refreshChanged } from './refresh-changed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const keys = {
  list: ordersApi.order.list.queryKey({ status: 'paid' }),
  orderA: ordersApi.order.get.queryKey({ orderNumber: 'A' }),
  orderB: ordersApi.order.get.queryKey({ orderNumber: 'B' }),
  callbacks: ordersApi.callback.list.queryKey({ outcome: 'late' }),
  callbacksOfA: ordersApi.callback.list.queryKey({ orderNumber: 'A' }),
  callbacksOfB: ordersApi.callback.list.queryKey({ orderNumber: 'B' }),
  callbackOfA: ordersApi.callback.get.queryKey({ id: '1' }),
  callbackOfB: ordersApi.callback.get.queryKey({ id: '2' }),
  payments: ordersApi.payment.list.queryKey({ status: 'init' }),
  paymentOfB: ordersApi.payment.get.queryKey({ id: '3' }),
  refundsOfA: ordersApi.refund.list.queryKey({ orderNumber: 'A' }),
  refundsOfB: ordersApi.refund.list.queryKey({ orderNumber: 'B' }),
  refundOfA: ordersApi.refund.get.queryKey({ id: '4' }),
  session: ordersApi.session.current.queryKey(),
};

const change = (orderNumber: string): OrderChange => ({ kind: 'order.moved', orderNumber, at: '2026-11-21T08:00:00Z' });

test('a change of one order reads the lists, that order, its callbacks and its money anew, and nothing else', () => {
  const { queryClient, stale } = filled();
  refreshChanged(queryClient)(change('A'));
  vi.advanceTimersByTime(100);
  expect(stale()).toEqual([
    'list',
    'orderA',
    'callbacks',
    'callbacksOfA',
    'callbackOfA',
    'payments',
    'refundsOfA',
    'refundOfA',
  ]);
});

test('changes in a row are gathered, at most one refresh a second', () => {
  const { queryClient } = filled();
  const invalidate = vi.spyOn(queryClient, 'invalidateQueries');
  const refresh = refreshChanged(queryClient);
  for (let index = 0; index < 1_000; index++) {
    refresh(change(`order-${index}`));
    vi.advanceTimersByTime(5);
  }
  vi.advanceTimersByTime(1_000);
  const perRefresh = 10;
  expect(invalidate.mock.calls.length).toBeLessThanOrEqual(7 * perRefresh);
  expect(invalidate.mock.calls.length).toBeGreaterThanOrEqual(5 * perRefresh);
});

test('a query on its first way when the change came is asked once more', async () => {
  vi.useRealTimers();
  const queryClient = new QueryClient();
  const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let asked = 0;
  const queryKey = ['list'];
  const first = queryClient.fetchQuery({ queryKey, queryFn: () => answers[asked++]!.promise });
  const anew = readAnew(queryClient);
  answers[0]!.resolve('before the change');
  await first;
  await anew;
  expect(queryClient.getQueryState(queryKey)).toMatchObject({ data: 'before the change', isInvalidated: true });
});

function filled() {
  const queryClient = new QueryClient();
  for (const key of Object.values<QueryKey>(keys)) queryClient.setQueryData(key, {});
  queryClient.setQueryData([...keys.callbackOfA], { orderNumber: 'A' });
  queryClient.setQueryData([...keys.callbackOfB], { orderNumber: 'B' });
  queryClient.setQueryData([...keys.paymentOfB], { orderNumber: 'B' });
  queryClient.setQueryData([...keys.refundOfA], { orderNumber: 'A' });
  const stale = () =>
    Object.entries<QueryKey>(keys).flatMap(([name, key]) =>
      queryClient.getQueryState(key)?.isInvalidated ? [name] : [],
    );
  return { queryClient, stale };
}
