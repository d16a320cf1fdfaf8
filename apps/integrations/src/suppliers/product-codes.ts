import { BadInput } from '../errors.ts';

/** As Haier writes its codes, e.g. `GA0SZC00U`: up to 50 letters, digits and `.`, `_`, `-`, `/`. */
const PRODUCT_CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,49}$/;

/** Codes that a refusal names. */
const NAMED = 5;

export const isProductCode = (code: string): boolean => PRODUCT_CODE.test(code);

/**
 * The codes, each once, in their order; `field` is where they were given.
 * @throws BadInput that names the ones which cannot be product codes
 */
export function distinctProductCodes(codes: readonly string[], field = 'productCodes'): string[] {
  const bad = codes.filter((code) => !isProductCode(code));
  if (bad.length === 0) return [...new Set(codes)];
  const list = bad.slice(0, NAMED).join(', ');
  throw new BadInput(
    `产品编码无效：${list}${bad.length > NAMED ? ` 等 ${bad.length} 个` : ''}（只能包含字母、数字和 . _ - /，最长 50 位）`,
    `Not a product code: ${list}${bad.length > NAMED ? ` and others, ${bad.length} in all` : ''} (letters, digits and . _ - / only, up to 50)`,
    field,
  );
}
