/** 张三丰 → 张**; a single character stays hidden altogether. */
export const maskName = (name: string): string => {
  const letters = [...name];
  return letters.length < 2 ? '*' : letters[0] + '*'.repeat(letters.length - 1);
};

/** First three and last four digits of a phone number (R140); a short one keeps only its tail. */
export const maskPhone = (phone: string): string => {
  const digits = phone.replaceAll(/\D/g, '');
  return digits.length >= 8 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-2)}`;
};

/** The detail of an address is hidden altogether; province to district are shown beside it. */
export const MASKED_ADDRESS = '***';

/** What an order says about a person; wherever else it is quoted it is hidden as well. */
export type PersonalData = { readonly contactName: string; readonly phone: string; readonly addressDetail: string };

/**
 * Free text with what names a person hidden: mobile numbers, also written in groups or with 86 in front, and, where
 * the order is known, its own name, phone and address. Longer numbers (orders, transactions) stay.
 */
export function maskText(text: string, known?: PersonalData): string {
  let masked = text;
  if (known) {
    // The address first: it may hold the name. One letter is no name that could be told from other text.
    if (known.addressDetail.length > 1) masked = masked.replaceAll(known.addressDetail, MASKED_ADDRESS);
    if (known.contactName.length > 1) masked = masked.replaceAll(known.contactName, maskName(known.contactName));
    if (known.phone.trim() !== '') masked = masked.replaceAll(known.phone, maskPhone(known.phone));
  }
  return masked.replaceAll(MOBILE, (_all, number: string) => maskPhone(number));
}

const MOBILE = /(?<![\d*])(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)/g;

/** The same for text that may be missing. */
export const maskOptional = (text: string | null | undefined, known?: PersonalData): string | null =>
  text ? maskText(text, known) : (text ?? null);
