import { lazy } from 'react';

const load = {
  orders: () => import('../orders/orders-page.tsx'),
  order: () => import('../orders/order-page.tsx'),
  callbacks: () => import('../callbacks/callbacks-page.tsx'),
};

export const SignInPage = lazy(() => import('../session/sign-in-page.tsx'));
export const OrdersPage = lazy(load.orders);
export const OrderPage = lazy(load.order);
export const CallbacksPage = lazy(load.callbacks);

/** Fetches the page that the address names while the session is still being asked for. */
export function fetchPageAhead(pathname: string): void {
  const page = pathname.startsWith('/orders/') ? load.order : pathname === '/callbacks' ? load.callbacks : load.orders;
  // A page that cannot be fetched says so where it is shown.
  page().catch(() => {});
}
