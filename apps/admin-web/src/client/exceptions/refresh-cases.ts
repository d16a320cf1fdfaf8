import type { QueryClient } from '@tanstack/react-query';
import { ordersApi } from '../api/orders-api.ts';

/** Reads anew whatever an action on a case may have changed on this page. */
export const refreshCases = (queryClient: QueryClient): Promise<unknown> =>
  Promise.all([
    queryClient.invalidateQueries(ordersApi.exception.pathFilter()),
    queryClient.invalidateQueries(ordersApi.order.pathFilter()),
    queryClient.invalidateQueries(ordersApi.callback.pathFilter()),
  ]);
