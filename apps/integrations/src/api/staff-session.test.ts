import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StaffSession } from '@orderbridge/contracts/staff-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffSessionOf } from './staff-session.ts';

const session: StaffSession = {
  username: 'admin',
  displayName: 'Admin',
  role: 'admin',
  permissions: ['integrations.view'],
  expiresAt: '2026-11-21T12:00:00.000Z',
  freshUntil: null,
};

let answer: { status: number; body: string };
let asked: IncomingHttpHeaders | undefined;
const orders = createServer((request, response) => {
  asked = request.headers;
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
});
beforeAll(() => new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => orders.close(resolve)));

const ask = (cookie: string | undefined, forwardedFor?: string) =>
  staffSessionOf(`http://127.0.0.1:${(orders.address() as AddressInfo).port}`, { cookie, forwardedFor });
const say = (data: unknown, status = 200) => {
  asked = undefined;
  answer = { status, body: JSON.stringify({ result: { data } }) };
};

test.each([null, '2026-11-21T10:05:00.000Z'])('who is signed in, checked until %s', async (freshUntil) => {
  say({ ...session, freshUntil });
  expect(await ask('orderbridge=x', '203.0.113.7')).toEqual({ ...session, freshUntil });
  expect(asked).toMatchObject({ cookie: 'orderbridge=x', 'x-forwarded-for': '203.0.113.7' });
});

test('nobody, and nobody is asked about no cookie', async () => {
  say(null);
  expect(await ask('orderbridge=x')).toBeNull();
  say(session);
  expect(await ask(undefined)).toBeNull();
  expect(asked).toBeUndefined();
});

test.each([
  ['too many calls', 429, session, 'TOO_MANY_REQUESTS'],
  ['an answer of another shape', 200, { ...session, role: 'root' }, 'UNAVAILABLE'],
  ['an error', 500, undefined, 'UNAVAILABLE'],
])('%s lets nobody in', async (_name, status, data, code) => {
  say(data, status);
  await expect(ask('orderbridge=x')).rejects.toMatchObject({ code });
});
