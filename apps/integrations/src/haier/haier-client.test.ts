import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import {
  asGolden,
  demoSuppliers,
  demoValues,
  goldenCall,
  playPlatform,
  type Reply,
  wireText,
} from '../../test/_platform.ts';
import type { HaierClient } from '../suppliers/suppliers.ts';

const manual = { priority: 'manual' } as const;
const ok = (name: string): Reply => ({ body: wireText(goldenCall(`haier/calls/${name}`).answer) });

/** Haier, which lets anybody sign in and answers everything else like this. */
const playHaier = (answer: Reply) => playPlatform(({ path }) => (path.includes('/oauth2/') ? ok('token') : answer));

const everything = async (codes: AsyncIterable<unknown>) => {
  const all: unknown[] = [];
  for await (const code of codes) all.push(code);
  return all;
};

// Every field, type and header of domain.md §1.3-§1.7, numbers as they are written.
test.each<[string, (haier: HaierClient) => Promise<unknown>]>([
  ['products', (haier) => haier.products(['GA0SZC00U', 'BS01U000N'], manual)],
  ['all-products', (haier) => everything(haier.allProductCodes(manual))],
  ['prices', (haier) => haier.prices(['GA0SZC00U', 'BS01U000N'], manual)],
  ['stock', (haier) => haier.stock('GA0SZC00U', '370211', manual)],
  ['logistics', (haier) => haier.logistics('SO.20251128.000001', manual)],
  ['balance', (haier) => haier.balance(manual)],
])('%s: the sign-in and the call are what the documents have, to the byte', async (name, call) => {
  await using haier = await playHaier(ok(name));
  await using suppliers = demoSuppliers(haier.url);

  const answer = await call((await suppliers.current()).haier);

  expect(haier.seen.map(asGolden)).toEqual([
    goldenCall('haier/calls/token').request,
    goldenCall(`haier/calls/${name}`).request,
  ]);
  expect(answer).toMatchObject(name === 'all-products' ? [{ outcome: 'answered' }, {}] : { outcome: 'answered' });
});

test.each([
  ['', 'haier-token-1'],
  ['raw', 'haier-token-1'],
  ['Bearer', 'Bearer haier-token-1'],
])('with the scheme %j the header is %j', async (scheme, header) => {
  await using haier = await playHaier(ok('stock'));
  const values = { ...demoValues(haier.url), authorization_scheme: scheme };
  await using suppliers = demoSuppliers(haier.url, { values });

  await (await suppliers.current()).haier.stock('GA0SZC00U', '370211', manual);

  expect(haier.to('/stock/')[0]?.headers['authorization']).toBe(header);
});

test('where a token address is configured, and other sellers and passwords, they are used', async () => {
  await using haier = await playHaier(ok('products'));
  const values = {
    ...demoValues(haier.url),
    token_url: `${haier.url}/elsewhere/oauth2/token`,
    supplier_code: '8800009999',
    customer_password: '',
  };
  await using suppliers = demoSuppliers(haier.url, { values });
  const client = (await suppliers.current()).haier;
  await client.products(['A'], manual);
  await client.balance(manual);

  expect(haier.seen.map(({ path }) => path)[0]).toBe('/elsewhere/oauth2/token');
  expect(haier.seen[1]?.body).toContain('"supplierCode":"8800009999"');
  expect(haier.seen[2]?.body).toContain('"customerPassword":"demo-password"');
});

test.each([
  [{ access_token: 't' }],
  [{ token: 't' }],
  [{ success: true, data: { access_token: 't' } }],
  [{ access_token: '', data: { token: 't' } }],
])('the token is found in %j', async (body) => {
  await using haier = await playPlatform(({ path }) => (path.includes('/oauth2/') ? { body } : ok('stock')));
  await using suppliers = demoSuppliers(haier.url);

  await (await suppliers.current()).haier.stock('GA0SZC00U', '370211', manual);

  expect(haier.to('/stock/')[0]?.headers['authorization']).toBe('t');
});

test('an /oauth2/auth that does not answer 200 is followed by /oauth2/token', async () => {
  await using haier = await playPlatform(({ path }) =>
    path === '/oauth2/auth' ? { status: 404, body: '<html>' } : ok(path === '/oauth2/token' ? 'token' : 'stock'),
  );
  await using suppliers = demoSuppliers(haier.url);

  expect(await (await suppliers.current()).haier.signIn(manual)).toEqual({ outcome: 'answered', value: null });
  expect(haier.seen.map(({ path }) => path)).toEqual(['/oauth2/auth', '/oauth2/token']);
});

test('what the first address says of a refusal is not hidden by a second one that is not there', async () => {
  await using haier = await playPlatform(({ path }) =>
    path === '/oauth2/auth'
      ? { status: 401, body: { error: 'invalid_client', error_description: '客户端密钥错误' } }
      : { status: 404 },
  );
  await using suppliers = demoSuppliers(haier.url);

  expect(await (await suppliers.current()).haier.balance(manual)).toEqual({
    outcome: 'refused',
    why: 'authentication',
    detail: { zh: '客户端密钥错误', en: '客户端密钥错误' },
  });
});

test('codes go twenty at a time, and no codes nowhere', async () => {
  await using haier = await playHaier(ok('products'));
  await using suppliers = demoSuppliers(haier.url);
  const client = (await suppliers.current()).haier;
  const codes = Array.from({ length: 45 }, (_, index) => `P${index}`);

  const answer = await client.products(codes, manual);
  expect(await client.prices([], manual)).toEqual({ outcome: 'answered', value: [] });

  const asked = haier
    .to('products-out')
    .map(({ body }) => (JSON.parse(body) as { productCodes: string[] }).productCodes);
  expect(asked.map(({ length }) => length)).toEqual([20, 20, 5]);
  expect(asked.flat()).toEqual(codes);
  expect(answer.outcome === 'answered' && answer.value).toHaveLength(6);
  expect(haier.to('/price-query/')).toHaveLength(0);
});

const codesOf = (answers: unknown[]) => answers.map((answer) => (answer as { value?: string }).value);

test.each([
  ['an array', (list: object[]) => list],
  ['data', (list: object[]) => ({ success: true, data: list })],
  ['data after a lot of talk', (list: object[]) => ({ success: true, message: 'x'.repeat(70_000), data: list })],
])('all codes, one by one, out of %s', async (_name, wrap) => {
  const list = Array.from({ length: 3_000 }, (_, index) => ({
    productCode: `P${index}`,
    productLageUrls: [`https://img.example.com/中文/${index}`],
    inner: { productCode: 'not this one' },
  }));
  await using haier = await playHaier({ body: JSON.stringify(wrap([{ productModel: 'no code' }, ...list])) });
  await using suppliers = demoSuppliers(haier.url);

  const answers = await everything((await suppliers.current()).haier.allProductCodes(manual));

  expect(codesOf(answers)).toEqual(list.map(({ productCode }) => productCode));
});

test.each([
  ['nothing', [], []],
  ['nothing as data', { success: true, data: [] }, []],
  ['a no', { success: false, errorMsg: '密码错误' }, [{ outcome: 'refused', why: 'upstream' }]],
  ['something else', { success: true, data: 'none' }, [{ outcome: 'refused', why: 'unexpected' }]],
  ['no JSON', '<html>', [{ outcome: 'refused', why: 'unexpected' }]],
  ['half an answer', '[{"productCode":"A"},{"prod', [{ value: 'A' }, { outcome: 'refused', why: 'unexpected' }]],
])('%s instead of codes', async (_name, body, expected) => {
  await using haier = await playHaier({ body });
  await using suppliers = demoSuppliers(haier.url);

  const answers = await everything((await suppliers.current()).haier.allProductCodes(manual));

  expect(answers).toEqual(expected.map((answer) => expect.objectContaining(answer)));
});

test('a list that is refused at first is asked for again, as any read is', async () => {
  let calls = 0;
  await using haier = await playPlatform(({ path }) => {
    if (path.includes('/oauth2/')) return ok('token');
    calls += 1;
    return calls === 1 ? { status: 401 } : calls === 2 ? { status: 500, body: { msg: '繁忙' } } : ok('all-products');
  });
  await using suppliers = demoSuppliers(haier.url);

  const answers = await everything((await suppliers.current()).haier.allProductCodes(manual));

  expect(codesOf(answers)).toEqual(['GA0SZC00U', 'BS01U000N']);
  expect(haier.to('/oauth2/')).toHaveLength(2);
});

test('whoever stops taking codes ends the call', async () => {
  const stopped = new AbortController();
  const list = Array.from({ length: 50_000 }, (_, index) => ({ productCode: `P${index}`, text: 'x'.repeat(100) }));
  await using haier = await playHaier({ body: list });
  await using suppliers = demoSuppliers(haier.url);
  const codes = (await suppliers.current()).haier.allProductCodes({ priority: 'bulk', signal: stopped.signal });

  const answers: unknown[] = [];
  for await (const code of codes) {
    answers.push(code);
    if (answers.length === 10) stopped.abort();
  }

  expect(answers.length).toBeLessThan(10_000);
  expect(answers.at(-1)).toMatchObject({ outcome: 'not_sent' });
});

test('memory does not grow with the catalogue', async () => {
  const one = (index: number) =>
    JSON.stringify({ productCode: `P${index}`, productModel: 'x'.repeat(300), productLageUrls: ['u'.repeat(200)] });
  const body = `[${Array.from({ length: 40_000 }, (_, index) => one(index)).join(',')}]`;
  await using haier = await playHaier({ body });
  await using suppliers = demoSuppliers(haier.url);

  const before = heapAfterCollection();
  let grownBytes = 0;
  let count = 0;
  for await (const code of (await suppliers.current()).haier.allProductCodes({ priority: 'bulk' })) {
    count += code.outcome === 'answered' ? 1 : 0;
    if (count === 30_000) grownBytes = heapAfterCollection() - before;
  }

  expect(count).toBe(40_000);
  // Three quarters of more than 20 MB have been read by then.
  expect(body.length).toBeGreaterThan(20e6);
  expect(grownBytes).toBeLessThan(6e6);
});

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
