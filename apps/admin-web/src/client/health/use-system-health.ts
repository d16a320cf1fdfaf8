import { useQuery } from '@tanstack/react-query';
import type { SystemHealth } from '@orderbridge/contracts/health-api';
import { callHeaders } from '../api/attention.ts';

const LOOK_EVERY_MS = 10_000;

/** Somebody who may not look, as opposed to nobody being there to answer. */
export class NotAllowedToLook extends Error {}

/** Every service as the server of this page reaches it, which also works while one of them is down. */
export const useSystemHealth = () =>
  useQuery({
    queryKey: ['system-health'],
    queryFn: async ({ signal }): Promise<SystemHealth> => {
      const response = await fetch('/system-health', { signal, headers: callHeaders() });
      if (response.status === 403) throw new NotAllowedToLook();
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return (await response.json()) as SystemHealth;
    },
    refetchInterval: LOOK_EVERY_MS,
    staleTime: 0,
  });
