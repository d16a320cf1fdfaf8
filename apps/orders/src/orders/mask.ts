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
