import { useQuery } from '@tanstack/react-query';
import { integrationsApi } from '../api/integrations-api.ts';
import { useSession } from '../session/session-guard.tsx';

const SHOWN = 50;
// The live feed tells of orders, not of attempts that changed nothing there.
const LOOK_EVERY_MS = 10_000;

/** The newest work for the platform about an order, for its table and its timeline. */
export function useOrderJobs(orderNumber: string) {
  const maySee = useSession().permissions.includes('integrations.view');
  const jobs = useQuery(
    integrationsApi.job.list.queryOptions(
      { orderNumber, limit: SHOWN },
      { enabled: maySee, refetchInterval: LOOK_EVERY_MS },
    ),
  );
  return { maySee, jobs };
}
