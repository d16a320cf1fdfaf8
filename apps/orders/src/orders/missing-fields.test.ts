import { expect, test } from 'vitest';
import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { missingFields } from './missing-fields.ts';

const whole: PushOrder = {
  orderNumber: '1',
  round: 0,
  haierStatus: 'none',
  haierOrderNo: null,
  contactName: '张三丰',
  phone: '13800001234',
  province: '山东省',
  city: '青岛市',
  district: '崂山区',
  town: null,
  addressDetail: '海尔路 1 号',
  countyCode: null,
  note: null,
  cancelReason: null,
  createdAt: '2026-11-20T02:00:00.000Z',
  distributionTime: null,
  installTime: null,
  isGovernmentOrder: false,
  totalFen: 100,
  payableFen: 100,
  lines: [
    { productCode: 'GA0SZC00U', productName: '冰箱', source: 'haier', quantity: 1, unitPriceFen: 100, totalFen: 100 },
  ],
};

test('a whole order lacks nothing; town, county, note and times may be absent', () => {
  expect(missingFields(whole)).toEqual([]);
});

test.each([
  [{ contactName: ' ' }, ['contactName']],
  [{ phone: '' }, ['phone']],
  [{ lines: [] }, ['lines']],
  [{ totalFen: 0 }, ['payableFen']],
  [{ payableFen: 0 }, ['payableFen']],
  [
    { lines: [{ ...whole.lines[0]!, productCode: '', quantity: 0, unitPriceFen: 0 }] },
    ['lines.0.productCode', 'lines.0.quantity', 'lines.0.unitPriceFen'],
  ],
  [
    { province: '', city: '\u3000', district: '', addressDetail: '' },
    ['province', 'city', 'district', 'addressDetail'],
  ],
])('what %j lacks is named', (change, fields) => {
  const missing = missingFields({ ...whole, ...change });
  expect(missing.map(({ field }) => field)).toEqual(fields);
  for (const { name, nameEn } of missing) expect(name && nameEn).toBeTruthy();
});
