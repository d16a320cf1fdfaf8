/** What an order says about a person, wherever else it is quoted. */
export type KnownPerson = { readonly contactName: string; readonly phone: string; readonly addressDetail: string };

/**
 * What went over the wire, in whatever shape, with what may name a person hidden: values under names of phones, people
 * and addresses, mobile numbers in any other text and, where the order is known, its own name, phone and address.
 * Passwords and tokens are hidden by their names too.
 */
export function maskAnswer(value: unknown, known?: KnownPerson, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskAnswer(item, known, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAnswer(item, known, key)]));
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  if (value !== '' && isHidden(name)) return HIDDEN;
  const text = String(value);
  const masked = maskWire(text, known);
  return masked === text ? value : masked;
}

/** The same of a text as it was sent or received: JSON, also when it breaks off, or anything else. */
export function maskWire(text: string, known?: KnownPerson): string {
  if (/^\s*[[{]/.test(text)) {
    try {
      const given: unknown = JSON.parse(text);
      const masked = JSON.stringify(maskAnswer(given, known));
      return masked === JSON.stringify(given) ? text : masked;
    } catch {
      // No JSON after all, or half of it: then letters may be written by their numbers.
      return maskPlain(
        text
          .replaceAll(/\\u([\da-f]{4})/gi, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
          .replaceAll(MEMBER, (all, key: string, between: string) =>
            isHidden(key) ? `"${key}"${between}"${HIDDEN}"` : all,
          ),
        known,
      );
    }
  }
  return maskPlain(text, known);
}

function maskPlain(text: string, known: KnownPerson | undefined): string {
  let masked = text.replaceAll(MOBILE, (_all, head: string, tail: string) => `${head}****${tail}`);
  if (!known) return masked;
  // The address first: it may hold the name. One letter is no name that could be told from other text.
  for (const said of [known.addressDetail, known.contactName]) {
    const plain = said.trim();
    if (plain.length > 1) masked = masked.replaceAll(plain, HIDDEN).replaceAll(encodeURIComponent(plain), HIDDEN);
  }
  const digits = known.phone.replaceAll(/\D/g, '');
  return digits.length >= PHONE_DIGITS_MIN ? masked.replaceAll(inGroups(digits), HIDDEN) : masked;
}

const HIDDEN = '***';
/** Fewer stand in any number by chance. */
const PHONE_DIGITS_MIN = 7;

const isHidden = (name: string) => HIDDEN_NAMES.test(name.replaceAll(/[^a-z]/gi, ''));

const HIDDEN_NAMES =
  /phone|mobile|^tel|telno$|addr|(contact|consignee|receiver|recipient|customer|buyer|user)s?name$|^(contact|consignee|receiver|recipient|linkman)$|passw|secret|token$|^authorization$/i;
// What stands before a number may be written as in a form, and ends in digits then: `%22`.
const MOBILE = /(?<=^|[^\d*]|%[\da-f]{2})(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)/gi;
/** A member of a JSON object with its value, which may break off. */
const MEMBER = /"([^"\\]{1,60})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|[\d+-][\d.]*)/g;

/** These digits, however they are grouped, and not as a part of a longer number. */
const inGroups = (digits: string) =>
  new RegExp(`(?<=^|\\D|%[\\da-f]{2})${[...digits].join('(?:[- ()+]|%20)*')}(?!\\d)`, 'gi');
