import { BadInput } from '../errors.ts';
import { distinctProductCodes } from '../suppliers/product-codes.ts';

const CODES_MAX = 1_000;

/**
 * Product codes as a person gives them, one text with commas or a list: trimmed, each once.
 * @throws BadInput when there is none, there are too many or one is no code
 */
export function readProductCodes(given: string | readonly string[] | undefined): string[] {
  const texts = typeof given === 'string' ? given.split(/[,，\s]+/) : (given ?? []);
  const codes = distinctProductCodes(texts.map((text) => text.trim()).filter((text) => text !== ''));
  if (codes.length === 0) throw new BadInput('product_codes参数必填', 'product_codes is required', 'productCodes');
  if (codes.length > CODES_MAX)
    throw new BadInput(
      `一次最多查询 ${CODES_MAX} 个商品编码，现有 ${codes.length} 个，请分批查询`,
      `At most ${CODES_MAX} product codes can be asked for at once, and these are ${codes.length}; ask in parts`,
      'productCodes',
    );
  return codes;
}
