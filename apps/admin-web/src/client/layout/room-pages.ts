import { ordersApi, queryClient } from '../api/orders-api.ts';
import { fetched } from '../outage/fetch-part.ts';

const load = {
  overview: () => import('../overview/overview-page.tsx'),
  orders: () => import('../orders/orders-page.tsx'),
  order: () => import('../orders/order-page.tsx'),
  exceptions: () => import('../exceptions/exceptions-page.tsx'),
  callbacks: () => import('../callbacks/callbacks-page.tsx'),
  payments: () => import('../payments/payments-page.tsx'),
  products: () => import('../products/products-page.tsx'),
  haier: () => import('../haier-data/haier-data-page.tsx'),
  jobs: () => import('../jobs/jobs-page.tsx'),
  syncs: () => import('../syncs/syncs-page.tsx'),
  reconcile: () => import('../reconcile/reconcile-page.tsx'),
  configuration: () => import('../configuration/configuration-page.tsx'),
  staff: () => import('../staff/staff-page.tsx'),
  audit: () => import('../audit/audit-page.tsx'),
  health: () => import('../health/health-page.tsx'),
};

export const SignInPage = fetched(() => import('../session/sign-in-page.tsx'));
export const OrderPage = fetched(load.order);

/** Pages by the first part of their address, each fetched when it is first opened. */
export const ROOM_PAGES = {
  overview: fetched(load.overview),
  orders: fetched(load.orders),
  exceptions: fetched(load.exceptions),
  callbacks: fetched(load.callbacks),
  payments: fetched(load.payments),
  products: fetched(load.products),
  haier: fetched(load.haier),
  jobs: fetched(load.jobs),
  syncs: fetched(load.syncs),
  reconcile: fetched(load.reconcile),
  configuration: fetched(load.configuration),
  staff: fetched(load.staff),
  audit: fetched(load.audit),
  health: fetched(load.health),
} as const;

type FetchedPage = { readAhead?: (params: URLSearchParams) => Promise<void> };

/**
 * Fetches the page that the address names, and asks who is signed in and for what the page shows first, while everything
 * else is still on its way.
 */
export async function openAhead({ pathname, search }: Location): Promise<void> {
  const session = queryClient.ensureQueryData(ordersApi.session.current.queryOptions());
  const [, room = '', rest] = pathname.split('/');
  const page =
    room === 'orders' && rest ? load.order : Object.hasOwn(ROOM_PAGES, room) ? load[room as never] : load.overview;
  try {
    const [{ readAhead }, person] = await Promise.all([(page as () => Promise<FetchedPage>)(), session]);
    if (person) await readAhead?.(new URLSearchParams(search));
  } catch {
    // What cannot be fetched says so where it is shown.
  }
}
