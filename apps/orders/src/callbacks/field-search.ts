import { bodyKind, parseForm } from '@orderbridge/contracts/parse-form';

/** `name=value`, with dots that lead into JSON: `State=1`, `Data.ExtOrderNo=SO.1`. */
type FieldSearch = { readonly path: readonly string[]; readonly value: string };

export function readFieldSearch(text: string): FieldSearch {
  const equals = text.indexOf('=');
  return { path: text.slice(0, equals).trim().split('.'), value: text.slice(equals + 1).trim() };
}

/**
 * Whether a callback's body has a field of exactly this value. A name without a dot is also looked for inside `Data`,
 * where Haier says everything; a list is looked through.
 */
export function holdsField(
  { contentType, body }: { readonly contentType: string; readonly body: string },
  { path, value }: FieldSearch,
): boolean {
  const read = fieldsOf(contentType, body);
  return has(read, path, value) || (path.length === 1 && has(read, ['Data', ...path], value));
}

function fieldsOf(contentType: string, body: string): unknown {
  const kind = bodyKind(contentType === '' ? undefined : contentType);
  return kind === 'form' ? parseForm(body) : jsonIn(body);
}

function has(within: unknown, [name, ...rest]: readonly string[], value: string): boolean {
  const opened = typeof within === 'string' && /^\s*[[{]/.test(within) ? jsonIn(within) : within;
  if (Array.isArray(opened)) return opened.some((item) => has(item, name === undefined ? [] : [name, ...rest], value));
  if (name === undefined) return isWritten(within, value);
  if (typeof opened !== 'object' || opened === null || !Object.hasOwn(opened, name)) return false;
  const found = (opened as Record<string, unknown>)[name];
  return (rest.length === 0 && isWritten(found, value)) || has(found, rest, value);
}

/** Objects and lists are no value that a person writes. */
const isWritten = (found: unknown, value: string): boolean => {
  if (typeof found === 'string') return found === value;
  return (found === null || typeof found === 'number' || typeof found === 'boolean') && String(found) === value;
};

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
