import type { FormFields } from './haier-callback.ts';

/** More fields than any callback has; a body beyond it is an attack on whoever sorts them. */
const FIELDS_MAX = 64;

/**
 * Reads `application/x-www-form-urlencoded` strictly: `+` is a blank, `%XX` a byte of UTF-8. Undefined ("no form")
 * for an empty body, a broken escape, escapes that are no UTF-8, NUL, a repeated name or more than 64 fields
 * (rulings.md "Sign of Haier callbacks"). Values are kept exactly, blanks and byte order marks included, because
 * the signature covers them (domain.md §2.2).
 */
export function parseForm(text: string): FormFields | undefined {
  const fields = noFields();
  let count = 0;
  let start = 0;
  while (start < text.length) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > start) {
      const pair = text.slice(start, end);
      const equals = pair.indexOf('=');
      const name = unescape(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : unescape(pair.slice(equals + 1));
      if (name === undefined || value === undefined || name in fields || ++count > FIELDS_MAX) return undefined;
      fields[name] = value;
    }
    start = end + 1;
  }
  return count === 0 ? undefined : fields;
}

function unescape(part: string): string | undefined {
  let decoded = part.includes('+') ? part.replaceAll('+', ' ') : part;
  if (decoded.includes('%')) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      return undefined;
    }
  }
  return decoded.includes('\0') ? undefined : decoded;
}

/**
 * Reads one flat JSON object of texts and numbers into fields; a number keeps the text it had on the wire, so that
 * `2999.00` and 2^53 + 1 are signed as written. Undefined ("no form") for anything else: nested values, true, false,
 * null, repeated names, NUL, lone surrogates, no or more than 64 fields.
 */
export function parseFlatJson(text: string): FormFields | undefined {
  const members = countMembers(text);
  if (members === undefined || members === 0 || members > FIELDS_MAX) return undefined;
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(text, keepNumberText);
  } catch {
    return undefined;
  }
  const fields = noFields();
  for (const name of Object.keys(read)) {
    const value = read[name];
    if (typeof value !== 'string' || !isPlain(value) || !isPlain(name)) return undefined;
    fields[name] = value;
  }
  // JSON.parse lets the last of two equal names win.
  return Object.keys(fields).length === members ? fields : undefined;
}

/**
 * The texts of a JSON object's outermost members; undefined when it is no object. For bodies that are signed as bytes,
 * where nothing has to be kept as it was written.
 */
export function parseTopLevel(text: string): FormFields | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
  const fields = noFields();
  for (const [name, value] of Object.entries(read)) if (typeof value === 'string') fields[name] = value;
  return fields;
}

/** How many members the object has, counted by the colons outside its texts; undefined when it is no flat object. */
function countMembers(text: string): number | undefined {
  let members = 0;
  let opened = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === BACKSLASH) at++;
      else if (char === QUOTE) quoted = false;
    } else if (char === QUOTE) quoted = true;
    else if (char === COLON) members++;
    else if (char === BRACKET || (char === BRACE && ++opened > 1)) return undefined;
  }
  return opened === 1 ? members : undefined;
}

const [QUOTE, BACKSLASH, COLON, BRACE, BRACKET] = [...'"\\:{['].map((char) => char.charCodeAt(0));

// The third argument is the source text of primitives (ECMAScript 2026), which TypeScript does not type yet.
const keepNumberText = ((_name: string, value: unknown, context: { source?: string }) =>
  typeof value === 'number' ? context.source : value) as (name: string, value: unknown) => unknown;

const isPlain = (text: string) => !text.includes('\0') && text.isWellFormed();

// Without a prototype a field called `__proto__` or `constructor` is a field like any other.
const noFields = (): Record<string, string> => Object.create(null);

export type BodyKind = 'form' | 'json' | 'other';

/** What the Content-Type says the body is; a missing one is tried as a form. Only UTF-8 is understood. */
export function bodyKind(contentType: string | undefined): BodyKind {
  if (contentType === undefined || contentType === FORM) return 'form';
  const [media = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') return 'other';
  return media === FORM ? 'form' : media === 'application/json' ? 'json' : 'other';
}

const FORM = 'application/x-www-form-urlencoded';

/** Reads a body by its Content-Type, as a form or as one flat JSON object; undefined when it is neither. */
export function parseFields(contentType: string | undefined, text: string): FormFields | undefined {
  const kind = bodyKind(contentType);
  return kind === 'form' ? parseForm(text) : kind === 'json' ? parseFlatJson(text) : undefined;
}
