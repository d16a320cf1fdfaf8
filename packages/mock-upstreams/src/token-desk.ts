import { randomBytes } from 'node:crypto';
import type { Strike } from './faults/fault-menu.ts';
import { keepByKey } from './kept-list.ts';

/** What a platform thinks of a token that it is shown. */
export type TokenState = 'valid' | 'expired' | 'revoked' | 'unknown';

/** How many tokens it remembers; the oldest are forgotten first. */
const TOKENS_KEPT = 1_000;

/** As the platforms have it: an hour (domain.md §1.0). */
const LIFETIME_SECONDS = 3_600;

export type TokenDeskOptions = { readonly now: () => Date; readonly struck: () => Strike | undefined };

/** Hands out bearer tokens and knows them again; a struck call can end one before its time. */
export function createTokenDesk({ now, struck }: TokenDeskOptions) {
  const tokens = new Map<string, { expiresAtMs: number; revoked: boolean }>();
  let lifetimeSeconds = LIFETIME_SECONDS;
  const end = (token: { expiresAtMs: number; revoked: boolean }, how: 'expired' | 'revoked') => {
    if (how === 'revoked') token.revoked = true;
    else token.expiresAtMs = 0;
  };
  const endIfStruck = (token: { expiresAtMs: number; revoked: boolean }) => {
    const fault = struck()?.fault;
    if (fault === 'token-revoked') end(token, 'revoked');
    if (fault === 'token-expired') end(token, 'expired');
  };

  return {
    /** A new token; those before it stay valid, because several processes may hold one each. */
    issue(): { token: string; expiresInSeconds: number } {
      const token = randomBytes(24).toString('hex');
      const issued = { expiresAtMs: now().getTime() + lifetimeSeconds * 1_000, revoked: false };
      endIfStruck(issued);
      keepByKey(tokens, token, issued, TOKENS_KEPT);
      return { token, expiresInSeconds: lifetimeSeconds };
    },

    look(token: string): TokenState {
      const known = tokens.get(token);
      if (!known) return 'unknown';
      endIfStruck(known);
      if (known.revoked) return 'revoked';
      return now().getTime() < known.expiresAtMs ? 'valid' : 'expired';
    },

    /** Ends every token that was handed out. Answers how many there were. */
    endAll(how: 'expired' | 'revoked'): number {
      for (const token of tokens.values()) end(token, how);
      return tokens.size;
    },

    /** How long the tokens from now on last; undefined is the default of an hour. */
    lastsSeconds(seconds: number | undefined): void {
      lifetimeSeconds = seconds ?? LIFETIME_SECONDS;
    },

    forget(): void {
      tokens.clear();
      lifetimeSeconds = LIFETIME_SECONDS;
    },
  };
}
export type TokenDesk = ReturnType<typeof createTokenDesk>;
