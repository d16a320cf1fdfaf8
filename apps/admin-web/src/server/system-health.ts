import type { ServiceStates, SystemHealth } from '@orderbridge/contracts/health-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { Context } from 'hono';

const NEEDED: Permission = 'integrations.view';
const TIMEOUT_MS = 3_000;

/**
 * Answers `/system-health` to staff who may see that room. Orders knows who they are; while it cannot say, everybody is
 * told which services answer, and nothing of what they lean on.
 */
export function systemHealth(askServices: () => Promise<SystemHealth>, orders: URL) {
  return async (c: Context): Promise<Response> => {
    c.header('cache-control', 'no-store');
    const [health, may] = await Promise.all([askServices(), mayLook(orders, c.req.header('cookie'))]);
    if (may === 'unknown') return c.json(withoutParts(health));
    return may ? c.json(health) : c.json({ message: 'not allowed' }, 403);
  };
}

/** Answers `/service-states` to anybody: which services work, and nothing else of them. */
export function serviceStates(askServices: () => Promise<SystemHealth>) {
  return async (c: Context): Promise<Response> => {
    c.header('cache-control', 'no-store');
    const { at, services } = await askServices();
    return c.json({ at, services: services.map(({ name, state }) => ({ name, state })) } satisfies ServiceStates);
  };
}

async function mayLook(orders: URL, cookie: string | undefined): Promise<boolean | 'unknown'> {
  if (cookie === undefined) return false;
  try {
    const response = await fetch(new URL('/trpc/session.current', orders), {
      headers: { cookie },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!response.ok) return response.status >= 500 ? 'unknown' : false;
    const { result } = (await response.json()) as { result?: { data?: { permissions?: unknown } | null } };
    const permissions = result?.data?.permissions;
    return Array.isArray(permissions) && permissions.includes(NEEDED);
  } catch {
    return 'unknown';
  }
}

const withoutParts = ({ at, services }: SystemHealth): SystemHealth => ({
  at,
  services: services.map((service) => ({ ...service, parts: [], spooled: null })),
});
