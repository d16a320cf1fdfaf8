import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSupplierConfig, SUPPLIER_ENV } from './supplier-config.ts';

const read = (given: Record<string, string>) => readSupplierConfig(z.object(SUPPLIER_ENV).parse(given), 'test');

test('texts for an order that is there already are separated by semicolons, and there need be none', () => {
  expect(read({}).repeatedWords).toEqual([]);
  expect(read({ YLH_REPEATED_WORDS: ' ; ' }).repeatedWords).toEqual([]);
  expect(read({ YLH_REPEATED_WORDS: '单据在途; ERR-4711 ；order is known' }).repeatedWords).toEqual([
    '单据在途',
    'ERR-4711',
    'order is known',
  ]);
});
