import type { QueryClient } from '@tanstack/react-query';
import { ordersApi } from '../api/orders-api.ts';

/** Reads anew whatever an action on a case may have changed, there and of the money it moved. */
export const refreshCases = (queryClient: QueryClient): Promise<unknown> =>
  Promise.all([
    queryClient.invalidateQueries(ordersApi.exception.pathFilter()),
    queryClient.invalidateQueries(ordersApi.order.pathFilter()),
    queryClient.invalidateQueries(ordersApi.callback.pathFilter()),
    queryClient.invalidateQueries(ordersApi.payment.pathFilter()),
    queryClient.invalidateQueries(ordersApi.refund.pathFilter()),
  ]);
