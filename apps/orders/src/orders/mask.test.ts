import { expect, test } from 'vitest';
import { maskName, maskPhone, maskText } from './mask.ts';

test.each([
  ['张三丰', '张**'],
  ['王', '*'],
  ['', '*'],
  ['欧阳 Jane', '欧******'],
])('name %s becomes %s', (name, masked) => expect(maskName(name)).toBe(masked));

test.each([
  ['13800001234', '138****1234'],
  ['+86 138-0000-1234', '861****1234'],
  ['0532-8888', '053****8888'],
  ['12345', '****45'],
])('phone %s becomes %s', (phone, masked) => expect(maskPhone(phone)).toBe(masked));

test.each([
  ['请致电13800001234，谢谢', '请致电138****1234，谢谢'],
  ['tel 138 0000 1234 or 138-0000-1234.', 'tel 138****1234 or 138****1234.'],
  ['+8613800001234/8613900004321', '138****1234/139****4321'],
  [
    'order 1763600000123456, transaction 4200001234202611201380000123',
    'order 1763600000123456, transaction 4200001234202611201380000123',
  ],
  ['12800001234 is no mobile number', '12800001234 is no mobile number'],
  ['138****1234 stays', '138****1234 stays'],
])('text %s becomes %s', (text, masked) => expect(maskText(text)).toBe(masked));

test('what the order says about its person is hidden in its texts', () => {
  const known = { contactName: '张三丰', phone: '0532 8888', addressDetail: '海尔路 1 号' };
  expect(maskText('张三丰（0532 8888）住海尔路 1 号，非张三', known)).toBe('张**（053****8888）住***，非张三');
});

test('what an order does not say hides nothing', () => {
  const empty = { contactName: '', phone: '', addressDetail: '' };
  expect(maskText('接单确认 State=0', empty)).toBe('接单确认 State=0');
  expect(maskText('接单确认 State=0', { ...empty, phone: ' ' })).toBe('接单确认 State=0');
});
