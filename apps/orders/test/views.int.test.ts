import { VIEWS_MAX } from '@orderbridge/contracts/view-rooms';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Headers, ordersApi } from './_api.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
beforeAll(async () => {
  api = await ordersApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const listed = async (headers: Headers) =>
  (await api.query('view.list', undefined, headers)).body.result.data.views as object[];
const view = (name: string, query = 'status=paid') => ({ room: 'orders', name, query });

test('a view belongs to its account, wherever that signs in, and to its list', async () => {
  const [home, office, other] = [await api.signIn('viewer'), await api.signIn('viewer'), await api.signIn('operator')];
  const kept = await api.mutate('view.keep', view('待推送'), home);
  expect(kept.body.result.data).toEqual({ views: [view('待推送')] });
  await api.mutate('view.keep', { ...view('待推送', 'outcome=late'), room: 'callbacks' }, home);
  expect(await listed(office)).toEqual([view('待推送'), { ...view('待推送', 'outcome=late'), room: 'callbacks' }]);
  expect(await listed(other)).toEqual([]);

  // Somebody else's removal of the same name takes nothing from here.
  await api.mutate('view.remove', { room: 'orders', name: '待推送' }, other);
  expect(await listed(home)).toHaveLength(2);
  for (let time = 0; time < 2; time += 1)
    expect((await api.mutate('view.remove', { room: 'orders', name: '待推送' }, office)).status).toBe(200);
  expect(await listed(home)).toEqual([{ ...view('待推送', 'outcome=late'), room: 'callbacks' }]);
});

test('one of the same name gets the new filters where it stands', async () => {
  const admin = await api.signIn('admin');
  for (const [name, query] of [
    ['a', 'q=1'],
    ['b', 'q=2'],
    ['a', 'q=3'],
  ] as const)
    await api.mutate('view.keep', view(name, query), admin);
  expect(await listed(admin)).toEqual([view('a', 'q=3'), view('b', 'q=2')]);
});

test('a list keeps so many and no more, also when two windows keep at a time', async () => {
  const headers = await api.signIn('operator');
  const names = Array.from({ length: VIEWS_MAX + 5 }, (_, n) => `view ${n}`);
  const answers = await Promise.all(names.map((name) => api.mutate('view.keep', view(name), headers)));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(5);
  expect(refused[0]!.body.error).toMatchObject({
    message: expect.stringContaining('请先删除'),
    data: { errorCode: 'REFUSED', messageEn: expect.stringContaining('remove one first') },
  });
  expect(await listed(headers)).toHaveLength(VIEWS_MAX);
  // One that is there already takes no further place, and another list has places of its own.
  const [first] = (await listed(headers)) as { name: string }[];
  expect((await api.mutate('view.keep', view(first!.name, 'q=9'), headers)).status).toBe(200);
  expect((await api.mutate('view.keep', { ...view('x'), room: 'jobs' }, headers)).status).toBe(200);
});

test.each([
  ['a list that there is not', { ...view('x'), room: 'nowhere' }],
  ['no name', view(' ')],
  ['a name of more than one line', view('a\nb')],
  ['a long name', view('x'.repeat(41))],
  ['a query without end', view('x', 'q='.padEnd(2_001, 'x'))],
  ['a query that no address has', view('x', 'q=\u0000')],
  ['a field of somebody else', { ...view('x'), username: 'admin' }],
])('%s is refused', async (_what, input) => {
  const headers = await api.signIn('viewer');
  const { status, body } = await api.mutate('view.keep', input, headers);
  expect([status, body.error.data.errorCode]).toEqual([400, 'BAD_INPUT']);
});
