import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Permission } from '@orderbridge/contracts/permissions';
import type { TokenView } from '@orderbridge/contracts/staff-api';

export type TokenRow = {
  id: string;
  public_id: string;
  name: string;
  scopes: Permission[];
  created_by: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
};

const instant = (at: string | null) => at && new Date(at).toISOString();

export const tokenView = (row: TokenRow): TokenView => ({
  id: row.public_id,
  name: row.name,
  scopes: row.scopes,
  createdBy: row.created_by,
  createdAt: new Date(row.created_at).toISOString(),
  expiresAt: instant(row.expires_at),
  lastUsedAt: instant(row.last_used_at),
  revokedAt: instant(row.revoked_at),
});

/** Rows of bearer tokens, newest first; nothing in them lets anybody in. */
export const tokenRows = (
  em: SqlEntityManager,
  { where, params, limit }: { where: string; params: readonly unknown[]; limit: number },
): Promise<TokenRow[]> =>
  em.execute<TokenRow[]>(
    `select id, public_id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at
       from api_tokens where ${where} order by id desc limit ?`,
    [...params, limit],
  );
