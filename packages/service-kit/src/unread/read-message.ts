import type { z } from 'zod';
import { describeError } from '../logger.ts';

/** A message of the bus as this version reads it, or why it cannot; `json` is what there was to read, if any. */
export type ReadMessage<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly json: unknown; readonly cause: string };

const CAUSE_MAX = 300;
const ISSUES_MAX = 3;

/** Reads the text of a message. The cause names what does not fit and quotes none of its values. */
export function readMessage<T>(schema: z.ZodType<T>, text: string): ReadMessage<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, json: undefined, cause: 'is not JSON' };
  }
  const { data, error } = schema.safeParse(json);
  if (!error) return { ok: true, value: data };
  const issues = error.issues.slice(0, ISSUES_MAX).map((issue) => `${issue.path.join('.') || '-'}: ${wordsOf(issue)}`);
  return { ok: false, json, cause: fit(issues.join('; ')) };
}

// An unknown type would be told with the list of all that are known.
const wordsOf = ({ code, message }: z.core.$ZodIssue): string =>
  code === 'invalid_union' ? 'none of those known' : message;

/** Why a message that was read could not be applied, in a few words. */
export const causeOf = (error: unknown): string => fit(describeError(error).message);

// PostgreSQL keeps neither NUL nor half a character.
const fit = (text: string): string => text.slice(0, CAUSE_MAX).replaceAll('\0', '\u2400').toWellFormed();
