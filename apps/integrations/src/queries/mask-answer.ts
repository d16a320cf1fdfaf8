/**
 * An answer whose shape nobody documents, with what may name a person hidden: values under names of phones, people and
 * addresses, and mobile numbers in any other text.
 */
export function maskAnswer(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskAnswer(item, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAnswer(item, key)]));
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  if (value !== '' && PERSONAL.test(name.replaceAll(/[^a-z]/gi, ''))) return '***';
  const text = String(value);
  const masked = text.replaceAll(MOBILE, (_all, head: string, tail: string) => `${head}****${tail}`);
  return masked === text ? value : masked;
}

const PERSONAL =
  /phone|mobile|^tel|telno$|addr|(contact|consignee|receiver|recipient|customer|buyer|user)s?name$|^(contact|consignee|receiver|recipient|linkman)$/i;
const MOBILE = /(?<![\d*])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)/g;
