import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Permission, TOKEN_SCOPES } from '@orderbridge/contracts/permissions';
import { hashToken } from './bearer-secret.ts';
import type { MachinePrincipal } from './principal.ts';

/** Tells our tokens from other text, for people and for scanners that look for leaked secrets. */
export const BEARER_PREFIX = 'ob_';

// Writing at every call would make each read a write.
const USED_EVERY_MS = 60_000;

/** The one condition under which a token `t` counts; its parameter is the time. */
export const LIVE_TOKEN = `t.revoked_at is null and (t.expires_at is null or t.expires_at > ?)`;

/** The machine behind a bearer token, with its scopes; undefined when it is unknown, revoked or expired. */
export async function findToken(em: SqlEntityManager, token: string, now: Date): Promise<MachinePrincipal | undefined> {
  if (!token.startsWith(BEARER_PREFIX)) return undefined;
  const [row] = await em.execute<{ id: string; name: string; scopes: string[]; last_used_at: string | null }[]>(
    `select t.id, t.name, t.scopes, t.last_used_at from api_tokens t where t.token_hash = ? and ${LIVE_TOKEN}`,
    [hashToken(token), now],
  );
  if (!row) return undefined;
  if (!row.last_used_at || now.getTime() - new Date(row.last_used_at).getTime() > USED_EVERY_MS)
    await em.execute(`update api_tokens set last_used_at = ? where id = ?`, [now, row.id], 'run');
  return {
    kind: 'machine',
    name: `token:${row.name}`,
    permissions: permissionsOfScopes(row.scopes),
    tokenId: Number(row.id),
  };
}

/** What stored scopes allow today: one that was given up since gives nothing. */
export const permissionsOfScopes = (scopes: readonly string[]): Permission[] =>
  TOKEN_SCOPES.filter((permission) => scopes.includes(permission));
