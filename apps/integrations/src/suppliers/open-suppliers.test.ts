import { expect, test } from 'vitest';
import { demoSuppliers, demoValues, playPlatform } from '../../test/_platform.ts';
import { Refused } from '../errors.ts';
import { type ConfigValues, missingKeys, readHaierSettings } from './read-settings.ts';
import type { Suppliers } from './suppliers.ts';

const manual = { priority: 'manual' } as const;
const playing = () =>
  playPlatform(({ path }) => (path.includes('oauth') ? { body: { access_token: 't' } } : { body: [] }));

const everything = async <T>(answers: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const answer of answers) all.push(answer);
  return all;
};

const without = (values: ConfigValues, ...keys: string[]): ConfigValues =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

test('a configuration that lacks keys refuses every call, naming them, and calls nobody', async () => {
  await using platform = await playing();
  const values = { ...without(demoValues(platform.url), 'client_id', 'ylh_order_url'), password: ' ' };
  await using suppliers = demoSuppliers(platform.url, { values });
  const { haier, ylh } = await suppliers.current();
  const order = { lines: [] } as never;
  const answers = [
    await haier.products(['A'], manual),
    await haier.prices(['A'], manual),
    await haier.stock('A', '370211', manual),
    await haier.balance(manual),
    await haier.logistics('SO.1', manual),
    await haier.signIn(manual),
    ...(await everything(haier.allProductCodes(manual))),
    await ylh.createOrder(order, manual),
    await ylh.cancelOrder({ soId: '1', reason: '', at: new Date(0) }, manual),
    await ylh.reschedule({ retailOrderNo: '1', distributionTime: null, installTime: null }, manual),
    await ylh.deliveryImages('SO.1', manual),
    await ylh.logistics(['SO.1'], manual),
    await ylh.signIn(manual),
  ];

  const refused = (zh: string, en: string) => ({ outcome: 'refused', why: 'not_configured', detail: { zh, en } });
  const ofHaier = refused(
    '海尔API配置错误：缺少 client_id、password',
    'The configuration of Haier cannot be used: client_id, password missing',
  );
  const ofYlh = refused(
    '易理货配置错误：缺少 ylh_order_url',
    'The configuration of YLH cannot be used: ylh_order_url missing',
  );
  expect(answers).toEqual([...Array.from({ length: 7 }, () => ofHaier), ...Array.from({ length: 6 }, () => ofYlh)]);
  expect(platform.seen).toEqual([]);
  expect(missingKeys(values)).toEqual(['client_id', 'password', 'ylh_order_url']);
});

test('nothing configured lacks everything but what has a default', async () => {
  expect(missingKeys({})).toHaveLength(17);
  expect(missingKeys(demoValues('https://example.com'))).toEqual([]);
});

const REACH = { plainHttpHosts: [], privateHosts: [], hosts: ['openplat-test.haier.net', '10.0.0.1'] };
test.each([
  [{ base_url: 'http://openplat-test.haier.net' }, 'base_url: openplat-test.haier.net may be called over https only'],
  [{ base_url: 'https://haier.example.com' }, 'base_url: haier.example.com is on no list of hosts that may be called'],
  [{ base_url: 'https://10.0.0.1' }, 'base_url: 10.0.0.1 is no public address'],
  [{ token_url: 'nowhere' }, 'token_url: the address is no URL'],
])('%j may not be called', (change, reason) => {
  const values = { ...demoValues('https://openplat-test.haier.net'), ...change };
  expect(readHaierSettings(values, REACH)).toEqual({
    ok: false,
    problem: {
      zh: `海尔API配置错误：地址不可用（${reason}）`,
      en: `The configuration of Haier cannot be used: ${reason}`,
    },
  });
});

test('documented addresses may be called, and the token address follows from the base address', () => {
  const read = readHaierSettings(demoValues('https://openplat-test.haier.net'), REACH);
  expect(read).toMatchObject({
    ok: true,
    settings: {
      baseUrl: 'https://openplat-test.haier.net',
      tokenUrl: 'https://openplat-test.haier.net/oauth2/auth',
      supplierCode: '1001',
      authorizationScheme: '',
    },
  });
});

test('clients and tokens last until they are forgotten; then the configuration is loaded again', async () => {
  await using platform = await playing();
  let loads = 0;
  let customer_code = '8800000001';
  await using suppliers = demoSuppliers(platform.url, {
    loadConfig: async () => {
      loads += 1;
      return { source: 'database', values: { ...demoValues(platform.url), customer_code } };
    },
  });
  const ask = async () => (await suppliers.current()).haier.products(['A'], manual);
  await Promise.all([ask(), ask()]);
  customer_code = '8800000002';
  await ask();
  suppliers.forget();
  await ask();

  expect(loads).toBe(2);
  expect(platform.to('/oauth2/')).toHaveLength(2);
  const asked = platform
    .to('products-out')
    .map(({ body }) => (JSON.parse(body) as { customerCode: string }).customerCode);
  expect(asked).toEqual(['8800000001', '8800000001', '8800000001', '8800000002']);
});

test('what was being loaded when it was forgotten is used by nobody who asks later', async () => {
  await using platform = await playing();
  const loads: PromiseWithResolvers<{ source: 'database'; values: ConfigValues }>[] = [];
  await using suppliers = demoSuppliers(platform.url, {
    loadConfig: () => {
      loads.push(Promise.withResolvers());
      return loads.at(-1)!.promise;
    },
  });
  const load = (source_system: string) => ({
    source: 'database' as const,
    values: { ...demoValues(platform.url), source_system },
  });
  const before = suppliers.current();
  suppliers.forget();
  const after = suppliers.current();
  loads[1]!.resolve(load('NEW'));
  loads[0]!.resolve(load('OLD'));

  expect([(await before).sourceSystem, (await after).sourceSystem]).toEqual(['OLD', 'NEW']);
  expect((await suppliers.current()).sourceSystem).toBe('NEW');
});

test('a configuration that could not be loaded is loaded by the next caller', async () => {
  await using platform = await playing();
  let loads = 0;
  await using suppliers = demoSuppliers(platform.url, {
    loadConfig: async () => {
      loads += 1;
      if (loads === 1) throw new Error('the database is away');
      return { source: 'environment', values: demoValues(platform.url) };
    },
  });

  await expect(suppliers.current()).rejects.toThrow('the database is away');
  expect(await suppliers.current()).toMatchObject({ source: 'environment', sourceSystem: 'DEMO' });
});

test('a configuration whose secrets do not open refuses every call in those words', async () => {
  await using platform = await playing();
  await using suppliers = demoSuppliers(platform.url, {
    loadConfig: async () => {
      throw new Refused('SUPPLIER_NOT_CONFIGURED', '已保存的密钥无法解密', 'Stored secrets cannot be opened');
    },
  });

  const { source, haier, ylh, problems } = await suppliers.current();
  const problem = { zh: '已保存的密钥无法解密', en: 'Stored secrets cannot be opened' };
  expect({ source, problems }).toEqual({ source: 'database', problems: { haier: problem, ylh: problem } });
  for (const client of [haier, ylh])
    expect(await client.signIn(manual)).toEqual({ outcome: 'refused', why: 'not_configured', detail: problem });
  expect(platform.seen).toEqual([]);
});

test('a platform that says our secrets back is not quoted with them', async () => {
  const echo = ({ path, headers, body }: { path: string; headers: Readonly<Record<string, string>>; body: string }) =>
    path.includes('oauth') && !isLocked
      ? { body: { access_token: 'a-token-of-the-platform' } }
      : { status: path.includes('oauth') ? 401 : 200, body: { success: false, msg: said(headers, body) } };
  const said = (headers: Readonly<Record<string, string>>, body: string) =>
    `无权限 ${headers['authorization']} ${body.match(/demo-(client-secret|password|seller-password)|demo.ylh[^&]*password/)?.[0]}`;
  let isLocked = false;
  await using platform = await playPlatform(echo);
  await using suppliers = demoSuppliers(platform.url);
  const { haier, ylh } = await suppliers.current();
  const answers = [
    await haier.products(['A'], manual),
    await haier.stock('A', '370211', manual),
    ...(await everything(haier.allProductCodes(manual))),
    await ylh.cancelOrder({ soId: '1', reason: '不想要了', at: new Date(0) }, manual),
  ];
  isLocked = true;
  answers.push(await haier.signIn(manual), await ylh.signIn(manual));

  expect(answers.map((answer) => 'detail' in answer && answer.detail.zh)).toEqual([
    '无权限 ****** ******',
    '无权限 ****** ******',
    '无权限 ****** ******',
    '无权限 Bearer ****** undefined',
    '无权限 undefined ******',
    '无权限 Basic ****** ******',
  ]);
  expect(JSON.stringify(answers)).not.toMatch(/demo-|a-token/);
});

test('what is only tried out leaves what is in use alone', async () => {
  await using platform = await playPlatform(({ path }) => (path.includes('oauth') ? { status: 500 } : { body: [] }));
  await using suppliers = demoSuppliers(platform.url);
  const tried = suppliers.withConfig(demoValues(platform.url));
  for (let call = 0; call < 8; call++) await tried.haier.signIn(manual);
  const seen = platform.seen.length;

  expect(await tried.haier.signIn(manual)).toMatchObject({ outcome: 'not_sent', retryAfterMs: expect.any(Number) });
  await (await suppliers.current()).haier.signIn(manual);
  expect(platform.seen.length).toBeGreaterThan(seen);
  expect(await suppliers.metrics()).not.toMatch(/integrations_upstream_breaker\{[^}]*\} [12]/);
});

test('where mock data is configured, the mock stands for both', async () => {
  await using platform = await playing();
  const mock = { source: 'mock' } as Suppliers;
  await using suppliers = demoSuppliers(platform.url, {
    mock,
    loadConfig: async () => ({ source: 'mock', values: {} }),
  });

  expect(await suppliers.current()).toBe(mock);
});

test('whatever a configuration says, no host is called that is not on the list', async () => {
  await using platform = await playing();
  const values = {
    ...demoValues(platform.url),
    base_url: 'https://haier.example.com',
    ylh_stock_url: 'http://example.com',
  };
  await using suppliers = demoSuppliers(platform.url, { values });
  const { haier, ylh } = suppliers.withConfig(values);

  expect(await haier.balance(manual)).toMatchObject({ outcome: 'refused', why: 'not_configured' });
  expect(await ylh.signIn(manual)).toMatchObject({ outcome: 'refused', why: 'not_configured' });
  expect(platform.seen).toEqual([]);
});
