import { readText, readWhole } from './read-fields.ts';
import { asObject } from './read-json.ts';

/** A token as the platforms answer it, in any of the places where it was seen (domain.md §1.2). */
export type TokenAnswer = { readonly token: string; readonly type: string; readonly expiresInSeconds: number };

/** The first of `access_token`, `token`, `data.access_token` and `data.token` that says something; undefined without any. */
export function readToken(body: unknown): TokenAnswer | undefined {
  const outer = asObject(body) ?? {};
  const inner = asObject(outer['data']) ?? {};
  const token = [outer['access_token'], outer['token'], inner['access_token'], inner['token']]
    .map(readText)
    .find((text) => text !== null);
  if (token === undefined) return undefined;
  const seconds = readWhole(outer['expires_in'] ?? inner['expires_in']) ?? 0;
  return {
    token,
    type: readText(outer['token_type'] ?? inner['token_type']) ?? DEFAULT_TYPE,
    expiresInSeconds: seconds > 0 ? seconds : DEFAULT_SECONDS,
  };
}

const DEFAULT_TYPE = 'Bearer';
const DEFAULT_SECONDS = 3_600;
