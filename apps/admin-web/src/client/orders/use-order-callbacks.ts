import { useQuery } from '@tanstack/react-query';
import { ordersApi } from '../api/orders-api.ts';
import { useSession } from '../session/session-guard.tsx';

const SHOWN = 50;

/** The newest callbacks of an order, for its table and its timeline; nothing is asked for who may not see them. */
export function useOrderCallbacks(orderNumber: string) {
  const maySee = useSession().permissions.includes('callbacks.view');
  const callbacks = useQuery(ordersApi.callback.list.queryOptions({ orderNumber, limit: SHOWN }, { enabled: maySee }));
  return { maySee, callbacks };
}
