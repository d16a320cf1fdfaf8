import type { Permission } from '@orderbridge/contracts/permissions';
import type { Principal } from '../staff/principal.ts';
import type { AccessWatch } from '../staff/watch-access.ts';

/**
 * Yields what a stream yields for as long as its reader may have it: it ends within a second after the session ended,
 * the account was switched off, the role lost the permission or the machine's token was revoked.
 */
export async function* whileAllowed<T>(
  { access, principal }: { readonly access: AccessWatch; readonly principal: Principal },
  permission: Permission,
  signal: AbortSignal | undefined,
  open: (until: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const over = new AbortController();
  const unwatch = access.watch(principal, permission, () => over.abort());
  try {
    yield* open(signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  } finally {
    unwatch();
    over.abort();
  }
}
