const LONGEST = 20;
const HEAD = 10;
const TAIL = 8;

/** `4200001234202611210123456789` → `4200001234…23456789`: the ends are what people compare. */
export function shortened(code: string): string {
  const letters = [...code];
  if (letters.length <= LONGEST) return code;
  return `${letters.slice(0, HEAD).join('')}…${letters.slice(-TAIL).join('')}`;
}
