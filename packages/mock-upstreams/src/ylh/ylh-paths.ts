/** Where the auth service and the three service roots of YLH are played (domain.md §1.1), below the address of mock-upstreams. */
export const YLH_ROOTS = {
  auth: '/ylh-cloud-mgt-auth/oauth/token',
  intake: '/ylh-cloud-service-jst-order',
  order: '/ylh-cloud-service-order',
  stock: '/ylh-cloud-service-stock',
} as const;

/** The five calls below their roots (domain.md §1.10-§1.14). */
export const YLH_PATHS = {
  create: `${YLH_ROOTS.intake}/api/page/hmm/retailorder/receive-hmm-retail-order`,
  cancel: `${YLH_ROOTS.intake}/api/page/hmm/retailorder/cancel-hmm-retail-order`,
  reschedule: `${YLH_ROOTS.order}/api/page/retailorder/hmm/update-distribution-time`,
  images: `${YLH_ROOTS.order}/api/page/retailorder/search/get-retail-order-delivery-img`,
  logistics: `${YLH_ROOTS.stock}/api/composite/stock/logistics/get-store-logistics-by-order-code`,
} as const;
