import { CONFIG_KEYS, SECRET_CONFIG_KEYS, SECRET_MASK } from '@orderbridge/contracts/integrations-api';
import { supplierEventData } from '@orderbridge/contracts/supplier-events';
import {
  PLAYED_ENV,
  playedPlatforms,
  type PlayedPlatforms,
} from '@orderbridge/mock-upstreams/testing/played-platforms';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../src/config/load-configuration.ts';
import { resealConfigurations } from '../src/config/reseal-configurations.ts';
import { watchConfiguration } from '../src/config/watch-configuration.ts';
import { type IntegrationsApiUnderTest, integrationsApi, newSealingKey, playedConfig } from './_integrations-api.ts';

let api: IntegrationsApiUnderTest;
let played: PlayedPlatforms;
const keys = { DATA_ENCRYPTION_KEY: newSealingKey() };
beforeAll(async () => {
  api = await integrationsApi({ ...keys, HAIER_USE_MOCK_DATA: 'false' });
  played = await playedPlatforms();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await played[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await api.rows(`truncate configs, outbox`);
  api.context.suppliers.forget();
  await played.control('reset', {});
});

const FOUR = {
  client_id: 'id',
  client_secret: 'not-a-real-secret-1',
  token_url: 'https://openplat-test.haier.net/oauth2/auth',
  base_url: 'https://openplat-test.haier.net',
};
const create = async (config: object, name = 'haier') => {
  const { status, body } = await api.mutate('config.create', { name, config });
  expect([status, body.error?.message]).toEqual([200, undefined]);
  return body.result.data;
};
const refusal = ({ status, body }: { status: number; body: any }) => [status, body.error?.message];
const stored = async (id: string) =>
  (await api.rows(`select config from configs where public_id = ?`, [id]))[0]!.config;

describe('what is checked before anything is kept', () => {
  test.each([
    ['a text', 'no'],
    ['a list', []],
    ['null', null],
    ['nothing', undefined],
  ])('%s is no configuration', async (_name, config) => {
    expect(refusal(await api.mutate('config.create', { name: 'haier', config }))).toEqual([400, '配置必须是字典格式']);
  });

  test.each([
    [{}, 'client_id, client_secret, token_url, base_url'],
    [{ base_url: FOUR.base_url, client_id: 'id' }, 'client_secret, token_url'],
    [{ ...FOUR, token_url: '  ' }, 'token_url'],
    [{ ...FOUR, client_id: null }, 'client_id'],
  ])('missing of %j: in the order of the seeds', async (config, missing) => {
    expect(refusal(await api.mutate('config.create', { name: 'haier', config }))).toEqual([
      400,
      `缺少必需字段: ${missing}`,
    ]);
  });

  test.each([
    ['an unknown key', { clientsecret: 'x' }, '未知字段: clientsecret'],
    ['a number', { supplier_code: 1001 }, '字段 supplier_code 必须是文本'],
    ['a control character', { shop_name: 'a\u0000b' }, '字段 shop_name 含有控制字符或无效字符'],
    ['a novel', { shop_name: 'x'.repeat(501) }, '字段 shop_name 不能超过 500 个字符'],
    ['no scheme', { authorization_scheme: 'a b' }, '字段 authorization_scheme 应为 raw 或认证方案名，如 Bearer'],
    ['a mask of nothing', { client_secret: SECRET_MASK }, '这些字段没有已保存的值，请填写实际内容: client_secret'],
  ])('%s', async (_name, more, message) => {
    const config = { ...FOUR, ...more };
    expect(refusal(await api.mutate('config.create', { name: 'haier', config }))).toEqual([400, message]);
  });

  test.each([
    'ftp://openplat-test.haier.net',
    'openplat-test.haier.net',
    'http://openplat-test.haier.net',
    'https://user:word@openplat-test.haier.net',
    'https://openplat-test.haier.net/?a=1',
    'https://10.0.0.1',
    'https://169.254.169.254/latest',
    'https://[::1]/',
    'https://example.com',
    'http://localhost:8084',
  ])('%s is no address that may be called', async (address) => {
    for (const key of ['base_url', 'ylh_intake_url']) {
      const { status, body } = await api.mutate('config.create', { name: 'x', config: { ...FOUR, [key]: address } });
      expect([status, body.error.message]).toEqual([400, expect.stringContaining(`字段 ${key} 的地址不可用`)]);
    }
    expect(await api.rows(`select 1 from configs`)).toEqual([]);
  });

  test('plain http and a private address are taken where the environment names the host', async () => {
    const { config } = await create({ ...FOUR, base_url: 'http://127.0.0.1:8084' });
    expect(config['base_url']).toBe('http://127.0.0.1:8084');
  });

  test('names are unique, also when two are made at once', async () => {
    const both = await Promise.all([1, 2].map(() => api.mutate('config.create', { name: 'twin', config: FOUR })));
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const other = await create(FOUR, 'other');
    expect((await api.mutate('config.update', { id: other.id, name: 'twin' })).body.error.data.errorCode).toBe(
      'CONFLICT',
    );
  });
});

describe('secrets', () => {
  const SECRETS = Object.fromEntries(SECRET_CONFIG_KEYS.map((key, n) => [key, `not-a-real-secret-${n}-密钥`]));

  test('are sealed one by one in the table and masked in every answer', async () => {
    const made = await create({ ...FOUR, ...SECRETS, shop_name: '旗舰店' });
    expect(made.config).toEqual({
      ...FOUR,
      ...Object.fromEntries(SECRET_CONFIG_KEYS.map((key) => [key, SECRET_MASK])),
      shop_name: '旗舰店',
    });
    const row = await stored(made.id);
    expect(row).toMatchObject({ client_id: 'id', base_url: FOUR.base_url, shop_name: '旗舰店' });
    for (const key of SECRET_CONFIG_KEYS) expect(row[key]).toMatch(/^[0-9a-f]{8}:[A-Za-z0-9+/=]{40,}$/);
    const everything = JSON.stringify([
      await api.rows(`select * from configs`),
      await api.rows(`select * from outbox`),
      await api.query('config.list'),
      api.lines,
    ]);
    expect(everything).not.toContain('not-a-real-secret');
    expect((await api.mutate('config.activate', { id: made.id })).status).toBe(200);
    expect((await loadConfiguration(api.context)).values).toEqual({ ...FOUR, ...SECRETS, shop_name: '旗舰店' });
  });

  test('stay when their mask comes back, change when typed anew, go when emptied', async () => {
    const made = await create({ ...FOUR, password: 'first', seller_password: 'seller' });
    const before = await stored(made.id);
    const { result } = (
      await api.mutate('config.update', {
        id: made.id,
        config: { ...made.config, client_id: 'another', password: 'second', seller_password: '' },
      })
    ).body;
    expect(result.data).toMatchObject({ version: 2, updatedBy: 'staff:admin' });
    expect(result.data.config).not.toHaveProperty('seller_password');
    const after = await stored(made.id);
    expect(after.client_secret).toBe(before.client_secret);
    expect(after.password).not.toBe(before.password);
    expect(after).not.toHaveProperty('seller_password');
    await api.mutate('config.activate', { id: made.id });
    expect((await loadConfiguration(api.context)).values).toEqual({
      ...FOUR,
      client_id: 'another',
      password: 'second',
    });
    expect((await api.acts()).map(({ action, detail }) => [action, detail.keys])).toEqual([
      ['config_created', [...Object.keys(FOUR), 'password', 'seller_password'].toSorted()],
      ['config_updated', ['client_id', 'password', 'seller_password']],
      ['config_activated', undefined],
    ]);
  });

  test('an optional key that is not named stays; a required one must be named each time', async () => {
    const made = await create({ ...FOUR, password: 'first', shop_name: 'shop' });
    const updated = await api.mutate('config.update', { id: made.id, config: { ...FOUR, shop_name: 'other' } });
    expect(updated.body.result.data.config).toMatchObject({ password: SECRET_MASK, shop_name: 'other' });
    expect(refusal(await api.mutate('config.update', { id: made.id, config: { shop_name: 'x' } }))).toEqual([
      400,
      '缺少必需字段: client_id, client_secret, token_url, base_url',
    ]);
  });

  test('what changes nothing leaves no trace', async () => {
    const made = await create({ ...FOUR, password: 'first' });
    const again = await api.mutate('config.update', {
      id: made.id,
      name: 'haier',
      config: { ...made.config, password: 'first' },
    });
    expect(again.body.result.data).toEqual(made);
    expect(await api.acts()).toHaveLength(1);
  });

  test('moved to another row or key, a sealed text opens no more', async () => {
    const made = await create({ ...FOUR, password: 'p', seller_password: 's' });
    await api.rows(
      `update configs set is_active = true, config = config || jsonb_build_object('password', config->'seller_password')`,
    );
    await expect(loadConfiguration(api.context)).rejects.toMatchObject({
      code: 'SUPPLIER_NOT_CONFIGURED',
      messageEn: expect.stringContaining('password: the sealed text was altered, or belongs to another place'),
    });
    expect(made.isActive).toBe(false);
  });
});

describe('the sealing key', () => {
  test('a wrong or missing one is an error, and nothing is kept in clear', async () => {
    const made = await create(FOUR);
    const wrong = await api.start({ DATA_ENCRYPTION_KEY: newSealingKey() });
    const none = await api.start({ DATA_ENCRYPTION_KEY: '' });
    for (const other of [wrong, none]) {
      for (const asked of [
        other.mutate('config.activate', { id: made.id }),
        other.mutate('config.update', { id: made.id, config: { ...made.config, shop_name: 'x' } }),
        other.mutate('config.test', { id: made.id }),
      ])
        expect((await asked).body.error).toMatchObject({
          message: expect.stringContaining('DATA_ENCRYPTION_KEY'),
          data: { errorCode: 'SUPPLIER_NOT_CONFIGURED', httpStatus: 500 },
        });
    }
    expect((await none.mutate('config.create', { name: 'clear', config: FOUR })).status).toBe(500);
    expect(await api.rows(`select name from configs`)).toEqual([{ name: 'haier' }]);
    // The way out when a key was lost: every secret is typed again.
    const typed = { id: made.id, config: { ...FOUR, client_secret: 'again' } };
    expect((await wrong.mutate('config.update', typed)).status).toBe(200);
    expect((await wrong.mutate('config.activate', { id: made.id })).status).toBe(200);
  });

  test('while it changes the one before opens too; then everything is sealed anew', async () => {
    const made = await create({ ...FOUR, password: 'p' });
    await api.mutate('config.activate', { id: made.id });
    const next = newSealingKey();
    const both = await api.start({ DATA_ENCRYPTION_KEY: next, DATA_ENCRYPTION_KEY_PREVIOUS: keys.DATA_ENCRYPTION_KEY });
    expect((await loadConfiguration(both.context)).values).toEqual({ ...FOUR, password: 'p' });
    await resealConfigurations(both.context);
    const only = await api.start({ DATA_ENCRYPTION_KEY: next });
    expect((await loadConfiguration(only.context)).values).toEqual({ ...FOUR, password: 'p' });
    await expect(loadConfiguration(api.context)).rejects.toMatchObject({
      messageEn: expect.stringContaining('sealed under a key that is not known here'),
    });
  });
});

describe('which one is in use', () => {
  test('the active row before the environment, the environment before nothing', async () => {
    const fromEnvironment = await api.start({ HAIER_CLIENT_ID: 'of the environment', YLH_SHOP_NAME: 'shop' });
    expect((await api.query('config.list')).body.result.data).toEqual({ items: [], source: 'none' });
    expect(await loadConfiguration(fromEnvironment.context)).toEqual({
      source: 'environment',
      values: { client_id: 'of the environment', shop_name: 'shop' },
    });
    const made = await create(FOUR);
    expect((await loadConfiguration(fromEnvironment.context)).source).toBe('environment');
    await api.mutate('config.activate', { id: made.id });
    expect(await loadConfiguration(fromEnvironment.context)).toEqual({ source: 'database', values: FOUR });
  });

  test('one at the most, also when several are activated at once; it comes first in the list', async () => {
    const made = await Promise.all(['c', 'b', 'a'].map((name) => create(FOUR, name)));
    const answers = await Promise.all(made.map(({ id }) => api.mutate('config.activate', { id })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await api.rows(`select count(*)::int as n from configs where is_active`)).toEqual([{ n: 1 }]);
    await api.mutate('config.activate', { id: made[1]!.id });
    const { items, source } = (await api.query('config.list')).body.result.data;
    expect(items.map(({ name, isActive }: any) => [name, isActive])).toEqual([
      ['b', true],
      ['a', false],
      ['c', false],
    ]);
    expect(source).toBe('database');
    expect(items[0].missing).toEqual(
      CONFIG_KEYS.filter(
        (key) => !(key in FOUR) && !['supplier_code', 'customer_password', 'authorization_scheme'].includes(key),
      ),
    );
  });

  test('the one in use is not removed while nothing takes over', async () => {
    const made = await create(FOUR);
    await api.mutate('config.activate', { id: made.id });
    expect((await api.mutate('config.remove', { id: made.id })).body.error.message).toContain('请先启用另一个配置');
    const withEnvironment = await api.start({ HAIER_CLIENT_ID: 'id' });
    expect((await withEnvironment.mutate('config.remove', { id: made.id })).body.result.data).toEqual({
      removed: true,
    });
    expect((await api.mutate('config.remove', { id: made.id })).status).toBe(404);
    expect((await api.acts()).at(-1)).toEqual({
      actor: 'staff:admin',
      action: 'config_removed',
      resourceType: 'config',
      resourceId: made.id,
      detail: { name: 'haier', version: 1 },
    });
    for (const act of await api.acts()) expect(supplierEventData['staff.acted'].safeParse(act).success).toBe(true);
  });

  test('a change takes effect at once in every process, with new tokens', async () => {
    const other = await api.start();
    // So rare a look that only the message can have done it.
    const watching = watchConfiguration(other.context, 3_600_000);
    try {
      const good = await create(playedConfig(played.url), 'good');
      const bad = await create({ ...playedConfig(played.url), ylh_password: 'wrong', client_secret: 'wrong' }, 'bad');
      await api.mutate('config.activate', { id: bad.id });
      for (const process of [api, other])
        await expect
          .poll(async () => (await process.query('haier.balance')).body.error?.data.errorCode)
          .toBe('SUPPLIER_AUTH_FAILED');
      await api.mutate('config.activate', { id: good.id });
      expect((await api.query('haier.balance')).status).toBe(200);
      await expect.poll(async () => (await other.query('haier.balance')).status).toBe(200);
      // The tokens of before are dropped: saving a change signs in again.
      const signIns = async () =>
        (await played.control('requests')).items.filter(({ path }: any) => path === '/oauth2/auth').length;
      const before = await signIns();
      await api.query('haier.balance');
      expect(await signIns()).toBe(before);
      await api.mutate('config.update', { id: good.id, config: { ...good.config, shop_name: '新店' } });
      await api.query('haier.balance');
      expect(await signIns()).toBeGreaterThan(before);
    } finally {
      await watching.stop();
    }
  });

  test('a process that missed the message finds the change by itself', async () => {
    const forgotten: number[] = [];
    const watching = watchConfiguration({ ...api.context, suppliers: { forget: () => forgotten.push(1) } }, 20);
    try {
      await expect.poll(() => forgotten.length).toBe(1);
      const made = await create(FOUR);
      await api.rows(`update configs set is_active = true where public_id = ?`, [made.id]);
      await expect.poll(() => forgotten.length).toBe(2);
      await api.rows(`update configs set version = version + 1`);
      await expect.poll(() => forgotten.length).toBe(3);
    } finally {
      await watching.stop();
    }
  });
});

describe('the connection test', () => {
  test('asks both platforms for a token and keeps nothing', async () => {
    const made = await create(playedConfig(played.url));
    const { body } = await api.mutate('config.test', { id: made.id });
    expect(body.result.data).toMatchObject({
      success: true,
      message: '海尔API连接测试成功',
      parts: [
        { name: 'haier', ok: true },
        { name: 'ylh', ok: true },
      ],
    });
    expect((await api.query('config.list')).body.result.data.source).toBe('none');
  });

  test('names what failed: the credentials, the missing keys, or the upstream', async () => {
    const tested = async (more: object) => {
      const made = await create({ ...playedConfig(played.url), ...more }, JSON.stringify(more));
      return (await api.mutate('config.test', { id: made.id })).body.result.data;
    };
    expect(await tested({ client_secret: 'wrong' })).toMatchObject({
      success: false,
      message: '认证失败',
      parts: [
        { name: 'haier', ok: false },
        { name: 'ylh', ok: true },
      ],
    });
    expect(await tested({ ylh_password: PLAYED_ENV.HAIER_PASSWORD })).toMatchObject({
      success: false,
      message: '认证失败',
    });
    const lacking = await tested({ customer_code: '', ylh_username: '' });
    expect(lacking).toMatchObject({ success: false, message: expect.stringContaining('customer_code') });
    expect(lacking.parts[1].detail).toContain('ylh_username');
    await played.control('faults', { match: '/oauth2/auth', fault: 'http-500', times: 10 });
    await played.control('faults', { match: '/oauth2/token', fault: 'http-500', times: 10 });
    expect(await tested({ shop_name: 'down' })).toMatchObject({
      success: false,
      message: expect.stringContaining('500'),
      parts: [
        { name: 'haier', ok: false },
        { name: 'ylh', ok: true },
      ],
    });
  });

  test('without an id it asks with what is in use', async () => {
    expect((await api.mutate('config.test', {})).body.result.data).toMatchObject({ success: false });
    const made = await create(playedConfig(played.url));
    await api.mutate('config.activate', { id: made.id });
    expect((await api.mutate('config.test', {})).body.result.data).toMatchObject({ success: true });
  });
});

test('what changes a configuration wants a fresh password check; a look does not', async () => {
  const made = await create(FOUR);
  for (const [procedure, input] of [
    ['config.create', { name: 'y', config: FOUR }],
    ['config.update', { id: made.id, name: 'y' }],
    ['config.activate', { id: made.id }],
    ['config.remove', { id: made.id }],
  ] as const)
    expect((await api.mutate(procedure, input, 'admin long ago')).body.error?.data).toMatchObject({
      errorCode: 'STEP_UP_REQUIRED',
      httpStatus: 403,
    });
  expect((await api.query('config.list', undefined, 'admin long ago')).status).toBe(200);
  expect(await api.rows(`select name, is_active from configs`)).toEqual([{ name: 'haier', is_active: false }]);
});
