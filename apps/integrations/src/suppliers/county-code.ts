import { BadInput } from '../errors.ts';

/** The first two digits: provinces, autonomous regions and municipalities of GB/T 2260. */
const COUNTY_CODE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}$/;

export const isCountyCode = (code: string): boolean => COUNTY_CODE.test(code);

/**
 * A county code as the stock query takes it (domain.md §1.5).
 * @throws BadInput when it cannot be one
 */
export function refuseBadCounty(code: string): void {
  if (isCountyCode(code)) return;
  throw new BadInput(
    `区县代码 ${code} 无效，请填写收货地址的六位区县代码`,
    `${code} is no county code; give the six digits of the delivery address`,
    'countyCode',
  );
}
