import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import type { Tried } from '../http/call-once.ts';
import { readToken } from '../http/read-token.ts';
import { repeated } from '../http/repeat-reads.ts';
import { bareCall, TOKEN_TIMEOUT_MS } from '../http/supplier-call.ts';
import type { Token } from '../http/token-cache.ts';
import type { Upstream } from '../http/upstream.ts';
import type { HaierSettings } from './haier-settings.ts';

/**
 * Asks Haier for a token (domain.md §1.2). An address ending in `/oauth2/auth` that answers anything but HTTP 200 is
 * followed by `/oauth2/token` beside it, as the platform's two chapters disagree; a 404 of that one hides nothing the
 * first one said.
 */
export function signInToHaier(upstream: Upstream, settings: HaierSettings): Promise<SupplierAnswer<Token>> {
  const otherUrl = settings.tokenUrl.replace(/\/oauth2\/auth$/, '/oauth2/token');
  const ask = (url: string, attempt: number): Promise<Tried<Token>> =>
    bareCall(
      upstream,
      {
        operation: 'token',
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_id: settings.clientId,
          client_secret: settings.clientSecret,
          grant_type: 'client_credentials',
        }),
        timeoutMs: TOKEN_TIMEOUT_MS,
        effect: 'read',
        read(body) {
          const answer = readToken(body);
          return answer && { ...answer, authorization: headerValue(settings.authorizationScheme, answer.token) };
        },
      },
      { priority: 'manual' },
      attempt,
    );

  return repeated(upstream, upstream.attempts, {}, async (attempt) => {
    const first = await ask(settings.tokenUrl, attempt);
    if (first.status === undefined || first.status === 200 || otherUrl === settings.tokenUrl) return first;
    const second = await ask(otherUrl, attempt);
    return second.status === 404 ? first : second;
  });
}

/** The token alone, as production wants it, unless a word before it is configured (T32). */
const headerValue = (scheme: string, token: string) => (scheme === '' ? token : `${scheme} ${token}`);
