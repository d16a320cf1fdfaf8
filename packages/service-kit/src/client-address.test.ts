import { expect, test } from 'vitest';
import { allowList, inRanges, parseCidrs } from './allow-list.ts';
import { clientAddress } from './client-address.ts';

const proxies = inRanges(parseCidrs('10.0.0.0/8, 192.0.2.10, 2001:db8:ffff::/48, ::ffff:172.16.0.0/108'));

// P13: what the peer is, what it forwards, who the client is.
test.each([
  ['direct', '198.51.100.7', undefined, '198.51.100.7'],
  ['direct, forging a header', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['one proxy', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['two proxies', '10.0.0.1', '198.51.100.7, 10.1.2.3', '198.51.100.7'],
  ['three proxies', '192.0.2.10', '198.51.100.7, 10.1.2.3, 10.9.9.9', '198.51.100.7'],
  ['one proxy, client forged an entry', '10.0.0.1', '127.0.0.1, 198.51.100.7', '198.51.100.7'],
  ['client forged one of our proxies', '10.0.0.1', '10.0.0.9, 198.51.100.7', '198.51.100.7'],
  ['a proxy that forwards nothing', '10.0.0.1', undefined, '10.0.0.1'],
  ['an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['no address forwarded', '10.0.0.1', '198.51.100.7, unknown', '10.0.0.1'],
  ['IPv6 client', '2001:db8:ffff::1', '2001:DB8:0:0::7', '2001:db8::7'],
  ['mapped IPv4 peer', '::ffff:198.51.100.7', undefined, '198.51.100.7'],
  ['mapped IPv4 proxy and client', '::ffff:10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['proxy range written as mapped IPv4', '172.16.5.5', '198.51.100.7', '198.51.100.7'],
  ['all hops are ours: the farthest', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['50 hops', '10.0.0.1', Array.from({ length: 50 }, (_, at) => `198.51.100.${at}`).join(','), '198.51.100.49'],
  ['ports behind the addresses', '10.0.0.1', '[2001:db8::7]:443, 10.0.0.2:51234', '2001:db8::7'],
  ['octal look-alikes are no address', '10.0.0.1', '0300.0250.1.1', '10.0.0.1'],
  ['a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
  ['a socket that is gone', undefined, '198.51.100.7', 'unknown'],
])('%s', (_, peer, forwardedFor, client) => {
  expect(clientAddress(peer, forwardedFor, proxies)).toBe(client);
});

test('without trusted proxies no header is believed', () => {
  expect(clientAddress('10.0.0.1', '198.51.100.7', inRanges([]))).toBe('10.0.0.1');
});

test('an empty allow-list lets everybody in, also one without an address', () => {
  expect([allowList([])('198.51.100.7'), allowList([])('unknown')]).toEqual([true, true]);
});

test.each([
  ['198.51.100.7', true],
  ['198.51.100.8', false],
  ['203.0.113.77', true],
  ['203.0.114.1', false],
  ['2001:db8::1', true],
  ['2001:db9::1', false],
  ['::ffff:203.0.113.1', true],
  ['unknown', false],
])('%s against a list: %s', (address, allowed) => {
  expect(allowList(parseCidrs('198.51.100.7 203.0.113.0/24,2001:db8::/32'))(address)).toBe(allowed);
});

test.each([
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0',
  'example.com',
  '10.0.0.0/8/8',
  '::1/129',
  '::ffff:10.0.0.0/8',
  '10.0.0.0/-1',
])('%s is no CIDR', (entry) => {
  expect(() => parseCidrs(`192.0.2.1, ${entry}`)).toThrow(
    new RangeError('entry 2 is neither an IP address nor a CIDR'),
  );
});
