import { setTimeout as delay } from 'node:timers/promises';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { OrdersContext } from '../context.ts';
import { findSessionById } from '../staff/find-session.ts';
import type { Principal } from '../staff/principal.ts';

const ASK_EVERY_MS = 30_000;

/**
 * Yields what a stream yields for as long as its reader may have it: it ends soon after the session ended, the account
 * was switched off or the role lost the permission. Machines are asked for their token when they connect.
 */
export async function* whileAllowed<T>(
  { orm, now, log, principal }: Pick<OrdersContext, 'orm' | 'now' | 'log'> & { readonly principal: Principal },
  permission: Permission,
  signal: AbortSignal | undefined,
  open: (until: AbortSignal) => AsyncIterable<T>,
  askEveryMs = ASK_EVERY_MS,
): AsyncGenerator<T, void, void> {
  const over = new AbortController();
  const watch = async (sessionId: number) => {
    for (;;) {
      await delay(askEveryMs, undefined, { signal: over.signal });
      try {
        const session = await findSessionById(orm.em.fork(), sessionId, now());
        if (!session?.permissions.includes(permission)) return over.abort();
      } catch (error) {
        // Nobody is thrown out because the database is away for a moment; the next turn asks again.
        log.warn('session of a live feed not checked', { id: sessionId }, error);
      }
    }
  };
  if (principal.kind === 'staff') void watch(principal.sessionId).catch(() => undefined);
  try {
    yield* open(signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  } finally {
    over.abort();
  }
}
