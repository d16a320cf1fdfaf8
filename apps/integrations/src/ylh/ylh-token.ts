import { readToken } from '../http/read-token.ts';
import { repeated } from '../http/repeat-reads.ts';
import { bareCall, TOKEN_TIMEOUT_MS } from '../http/supplier-call.ts';
import type { Token } from '../http/token-cache.ts';
import type { Upstream } from '../http/upstream.ts';
import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import type { YlhSettings } from './ylh-settings.ts';

/** Asks YLH for a token: Basic, a form, and a header that no other call has (domain.md §1.9, R24). */
export function signInToYlh(upstream: Upstream, settings: YlhSettings): Promise<SupplierAnswer<Token>> {
  const { authUrl, clientId, clientSecret, username, password } = settings;
  return repeated(upstream, upstream.attempts, {}, (attempt) =>
    bareCall(
      upstream,
      {
        operation: 'token',
        url: authUrl,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'system-name': 'ylh-open-api',
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'password', username, password }).toString(),
        timeoutMs: TOKEN_TIMEOUT_MS,
        effect: 'read',
        read(body) {
          const answer = readToken(body);
          return answer && { ...answer, authorization: `${answer.type} ${answer.token}` };
        },
      },
      { priority: 'manual' },
      attempt,
    ),
  );
}
