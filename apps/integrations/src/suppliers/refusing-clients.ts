import type { Text } from '../text.ts';
import type { HaierClient, SupplierAnswer, YlhClient } from './suppliers.ts';

/** A client that calls nobody, because what is configured is not enough; every answer says so. */
export function refusingHaier(detail: Text): HaierClient {
  const refused = notConfigured(detail);
  const refuse = async () => refused;
  return {
    products: refuse,
    async *allProductCodes() {
      yield refused;
    },
    prices: refuse,
    stock: refuse,
    balance: refuse,
    logistics: refuse,
    signIn: refuse,
  };
}

/** The same for YLH. */
export function refusingYlh(detail: Text): YlhClient {
  const refuse = async () => notConfigured(detail);
  return {
    createOrder: refuse,
    cancelOrder: refuse,
    reschedule: refuse,
    deliveryImages: refuse,
    logistics: refuse,
    signIn: refuse,
  };
}

const notConfigured = (detail: Text): Extract<SupplierAnswer<never>, { outcome: 'refused' }> => ({
  outcome: 'refused',
  why: 'not_configured',
  detail,
});
