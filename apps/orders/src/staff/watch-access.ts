import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { type Permission, ROLE_PERMISSIONS, type StaffRole } from '@orderbridge/contracts/permissions';
import type { OrdersLog } from '../log.ts';
import { LIVE_TOKEN, permissionsOfScopes } from './find-token.ts';
import { LIVE_SESSION, liveSince } from './live-session.ts';
import type { Principal } from './principal.ts';

// With the time of the question itself this stays well within the second of P15.
const ASK_EVERY_MS = 400;

export type AccessWatch = {
  /** Calls `onLost` once as soon as the principal no longer has the permission. Answers how to stop watching. */
  readonly watch: (principal: Principal, permission: Permission, onLost: () => void) => () => void;
  readonly stop: () => void;
};

type Watched = { readonly key: string; readonly permission: Permission; readonly onLost: () => void };

/**
 * Watches, for all open streams of this process together, whether their readers may still have them: the session lives,
 * the account is on, the role or token holds the permission (P15). While anybody is watched it asks the database one
 * question, about twice a second, whatever their number. A database that is away throws nobody out.
 */
export function watchAccess({
  orm,
  now,
  log,
}: {
  readonly orm: MikroORM;
  readonly now: () => Date;
  readonly log: OrdersLog;
}): AccessWatch {
  const watched = new Set<Watched>();
  const stopping = new AbortController();
  let running = false;
  let away = false;

  const look = async () => {
    const asked = [...watched];
    const allowed = await permissionsNow(orm, new Set(asked.map(({ key }) => key)), now());
    for (const one of asked) {
      if (allowed.get(one.key)?.includes(one.permission) || !watched.delete(one)) continue;
      one.onLost();
    }
  };

  const run = async () => {
    while (watched.size > 0) {
      await delay(ASK_EVERY_MS, undefined, { signal: stopping.signal });
      try {
        await look();
        away = false;
      } catch (error) {
        if (!away) log.warn('readers of live feeds not checked', {}, error);
        away = true;
      }
    }
    running = false;
  };

  return {
    watch(principal, permission, onLost) {
      const key = keyOf(principal);
      if (key === undefined || stopping.signal.aborted) return () => undefined;
      const one = { key, permission, onLost };
      watched.add(one);
      if (!running) {
        running = true;
        void run().catch(() => undefined);
      }
      return () => void watched.delete(one);
    },
    stop: () => stopping.abort(),
  };
}

// The storefront's token stands in the settings: it ends with the process.
const keyOf = (principal: Principal): string | undefined =>
  principal.kind === 'staff'
    ? `session:${principal.sessionId}`
    : principal.tokenId === undefined
      ? undefined
      : `token:${principal.tokenId}`;

async function permissionsNow(
  orm: MikroORM,
  keys: ReadonlySet<string>,
  now: Date,
): Promise<Map<string, readonly Permission[]>> {
  const rows = await orm.em.fork().execute<{ key: string; role: StaffRole | null; scopes: string[] | null }[]>(
    `with asked as (select json_array_elements_text(?::json) as key)
     select 'session:' || s.id as key, m.role, null as scopes
       from staff_sessions s join staff m on m.id = s.staff_id
      where s.id in (select split_part(key, ':', 2)::bigint from asked where key like 'session:%') and ${LIVE_SESSION}
     union all
     select 'token:' || t.id, null, t.scopes
       from api_tokens t
      where t.id in (select split_part(key, ':', 2)::bigint from asked where key like 'token:%') and ${LIVE_TOKEN}`,
    [JSON.stringify([...keys]), ...liveSince(now), now],
  );
  return new Map(
    rows.map(({ key, role, scopes }) => [key, role ? ROLE_PERMISSIONS[role] : permissionsOfScopes(scopes ?? [])]),
  );
}
