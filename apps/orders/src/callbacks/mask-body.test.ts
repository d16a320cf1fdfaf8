import { expect, test } from 'vitest';
import { maskBody, maskField } from './mask-body.ts';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

test('a body that says nothing of a person stays to the letter', () => {
  const data = encodeURIComponent(JSON.stringify({ PlatformOrderNo: '1763600000123456', State: 1.0, FailMsg: '缺货' }));
  const body = `AppKey=a+b&Data=${data}&Sign=13800001234ABCDEF&&x`;
  expect(maskBody({ contentType: FORM, body })).toBe(body);
  const json = '{ "id": "T-1", "amount": 2999.00 }';
  expect(maskBody({ contentType: JSON_TYPE, body: json })).toBe(json);
});

test('a form hides what is under telling names, inside of nested JSON too', () => {
  const data = {
    PlatformOrderNo: '17',
    ReceiverName: '张三丰',
    contact_phone: 13_800_001_234,
    Address: { city: '青岛', detail: '海尔路' },
    items: [{ remark: '送货前电13900004321' }],
    Sign: '13700001111',
  };
  const masked = new URLSearchParams(
    maskBody({
      contentType: FORM,
      body: new URLSearchParams({ Data: JSON.stringify(data), mobile: '13800001234' }).toString(),
    }),
  );
  expect(masked.get('mobile')).toBe('138****1234');
  expect(JSON.parse(masked.get('Data')!)).toEqual({
    PlatformOrderNo: '17',
    ReceiverName: '张**',
    contact_phone: '138****1234',
    Address: { city: '***', detail: '***' },
    items: [{ remark: '送货前电139****4321' }],
    Sign: '13700001111',
  });
});

test('a payer is hidden whole, his account and mail too', () => {
  const body = JSON.stringify({
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', no: 7 },
    buyer_logon_id: 'a@b.cn',
    buyer_id: '2088',
  });
  expect(JSON.parse(maskBody({ contentType: JSON_TYPE, body }))).toEqual({
    payer: { openid: '***', no: '***' },
    buyer_logon_id: '***',
    buyer_id: '***',
  });
});

test('what is no form and no JSON, or broken, still hides mobile numbers', () => {
  expect(maskBody({ contentType: 'text/plain', body: 'call 13800001234' })).toBe('call 138****1234');
  expect(maskBody({ contentType: FORM, body: 'a=%E4%BD&b=13800001234&13900004321' })).toBe(
    'a=%E4%BD&b=138****1234&139****4321',
  );
  expect(maskBody({ contentType: JSON_TYPE, body: '{"a":"13800001234"' })).toBe('{"a":"138****1234"');
  expect(maskBody({ contentType: '', body: '' })).toBe('');
});

test('texts of the order itself are hidden where it is known', () => {
  const known = { contactName: '张三丰', phone: '5551234', addressDetail: '海尔路 1 号' };
  expect(maskField('FailMsg', '海尔路 1 号 不在服务区，张三丰', known)).toBe('*** 不在服务区，张**');
  expect(maskField('Sign', '5551234', known)).toBe('5551234');
});
