/** `12345` → `12,345`, as money is written, in every language of the page. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');
