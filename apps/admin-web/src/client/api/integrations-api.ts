import { createTRPCClient, httpLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { IntegrationsApi } from '@orderbridge/contracts/integrations-api';
import { callHeaders } from './attention.ts';
import { queryClient } from './orders-api.ts';

export const integrationsClient = createTRPCClient<IntegrationsApi>({
  links: [httpLink({ url: '/trpc/integrations', headers: callHeaders })],
});

/** Query and mutation options of every procedure of integrations; the keys begin with its name, as both have lists. */
export const integrationsApi = createTRPCOptionsProxy<IntegrationsApi, { keyPrefix: true }>({
  client: integrationsClient,
  queryClient,
  keyPrefix: 'integrations',
});
