import { expect, test } from 'vitest';
import { signInAddress, wayBack } from './way-back.ts';

test('leads back to where one was', () => {
  const address = signInAddress({ pathname: '/orders/17', search: '?callback=1&x=2' });
  expect(wayBack(new URLSearchParams(address.split('?')[1]).get('back'))).toBe('/orders/17?callback=1&x=2');
  expect(signInAddress({ pathname: '/orders', search: '' })).toBe('/sign-in');
});

test.each([
  null,
  '',
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  '\\\\evil',
  '/\t/evil.example',
])('%o leads home, never to another site', (back) => {
  expect(wayBack(back)).toBe('/orders');
});
