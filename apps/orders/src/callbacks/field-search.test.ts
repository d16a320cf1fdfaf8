import { expect, test } from 'vitest';
import { holdsField, readFieldSearch } from './field-search.ts';

const DATA = '{"PlatformOrderNo":"17","State":1,"Note":null,"itemList":[{"productCode":"A"},{"productCode":"B"}]}';
const form = {
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams({ Method: 'm=1', Data: DATA, TimeStamp: '20261121100000' }).toString(),
};
const json = { contentType: 'application/json', body: '{"id":"EV-1","resource":{"algorithm":"AES"},"total":2999.00}' };

test.each([
  [form, 'State=1', true],
  [form, 'Data.State=1', true],
  [form, ' Data.State = 1 ', true],
  [form, 'State=2', false],
  [form, 'state=1', false],
  [form, 'Method=m=1', true],
  [form, 'Note=null', true],
  [form, 'itemList.productCode=B', false],
  [form, 'Data.itemList.productCode=B', true],
  [form, 'Data.itemList=B', false],
  [form, 'TimeStamp=20261121100000', true],
  [form, `Data=${DATA}`, true],
  [form, 'constructor=', false],
  [json, 'resource.algorithm=AES', true],
  [json, 'total=2999', true],
  [json, 'resource=', false],
  [{ ...json, body: 'no JSON' }, 'id=EV-1', false],
  [{ contentType: '', body: '%' }, 'a=1', false],
] as const)('%# %s is %s', (callback, text, holds) => {
  expect(holdsField(callback, readFieldSearch(text))).toBe(holds);
});
