import { request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { serveHttp } from '@orderbridge/service-kit/http-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvOf } from '../src/exports/csv.ts';
import { PASSWORD, TOKEN, ordersApi } from './_api.ts';
import { anOrder } from './_orders.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
let operator: { cookie: string };
beforeAll(async () => {
  api = await ordersApi();
  operator = await api.signIn('operator');
});
afterAll(() => api[Symbol.asyncDispose]());

const place = async (overrides: object = {}): Promise<string> =>
  (await api.mutate('order.place', { ...anOrder(), ...overrides }, { authorization: `Bearer ${TOKEN}` })).body.result
    .data.orderNumber;
const download = async (path: string, headers: Record<string, string> = operator) => {
  const response = await api.fetch(`/exports/${path}`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()),
  };
};
/** A strict reader of RFC 4180, so that what the library writes is not judged by itself. */
function recordsOf(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  const records: string[][] = [[]];
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (!match) throw new Error(`no CSV at ${at}`);
    records.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    at = cell.lastIndex;
    if (match[3] === '\r\n' && at < text.length) records.push([]);
  }
  return records;
}
const tableOf = (text: string): Record<string, string>[] => {
  const [header, ...rows] = recordsOf(text);
  return rows.map((row) => Object.fromEntries(header!.map((name, index) => [name, row[index]!])));
};
const auditOf = (action: string) =>
  api.rows<{ actor: string; resource_id: string; detail: any }>(
    `select actor, resource_id, detail from audit_entries where action = ? order by id`,
    [action],
  );

describe('an export of orders', () => {
  test('is a CSV file that Excel opens as it is: byte order mark, header in the language asked for, masked', async () => {
    const orderNumber = await place({ buyer: 'csv-1', note: '请致电13800001234，张三丰' });
    const { status, headers, text } = await download('orders.csv?buyer=csv-1');
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'no-store',
    ]);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="orders-\d{14}\.csv"$/);
    expect(text.startsWith('\ufeff订单号,订单状态,')).toBe(true);
    expect(tableOf(text)).toMatchObject([
      {
        订单号: `'${orderNumber}`,
        订单状态: '待支付',
        海尔状态: '未推送',
        收货人: '张**',
        电话: '138****1234',
        省: '山东省',
        区县: '崂山区',
        详细地址: '***',
        备注: '请致电138****1234，张**',
        商品: expect.stringContaining('GA0SZC00U'),
        '应付金额（元）': '5998.00',
        '下单时间（北京时间）': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      },
    ]);
    const [english] = tableOf((await download('orders.csv?buyer=csv-1&lang=en')).text);
    expect(english).toMatchObject({
      'Order number': `'${orderNumber}`,
      Status: 'Pending',
      'Haier status': 'Not pushed',
    });
    expect(text).not.toMatch(/张三丰|13800001234|海尔路/);
  });

  test('takes the filters of the list, one value or several', async () => {
    const orderNumber = await place({ buyer: 'csv-2' });
    await place({ buyer: 'csv-2' });
    const rowsOf = async (query: string) => tableOf((await download(`orders.csv?${query}`)).text).length;
    expect(await rowsOf(`buyer=csv-2`)).toBe(2);
    expect(await rowsOf(`buyer=csv-2&status=pending&status=paid`)).toBe(2);
    expect(await rowsOf(`buyer=csv-2&status=paid`)).toBe(0);
    const haier = await rowsOf(`buyer=csv-2&hasHaierLines=true`);
    expect(haier + (await rowsOf(`buyer=csv-2&hasHaierLines=false`))).toBe(await rowsOf('buyer=csv-2'));
    expect(await rowsOf(`buyer=csv-2&hasOpenExceptions=true`)).toBe(0);
    expect((await download(`orders.csv?hasHaierLines=perhaps`)).status).toBe(400);
    expect(await rowsOf(`q=${orderNumber}`)).toBe(1);
    expect(await rowsOf(`buyer=csv-2&createdFrom=2000-01-01T00:00:00Z&createdTo=2000-01-02T00:00:00Z`)).toBe(0);
  });

  test('P30: no cell begins like a formula, whatever buyers, notes and goods say', async () => {
    const dangerous = ['=1+1', '+1', '-1', '@SUM(A1)', '＝1', "=cmd|' /C calc'!A0", '"=1"', '=HYPERLINK("x","y")'];
    for (const text of dangerous) await place({ buyer: text, note: `${text}\n=2`, lines: anOrder().lines });
    await api.rows(`update orders set note = ? where buyer = '+1'`, ['\t=1+1']);
    await api.rows(`update orders set note = ? where buyer = '-1'`, ['\r=1+1']);
    await api.rows(`update orders set note = ? where buyer = '@SUM(A1)'`, ['\n=1+1']);
    await api.rows(`update orders set note = ? where buyer = '＝1'`, ['  =1+1']);
    const rows = recordsOf((await download('orders.csv')).text);
    const cells = rows.flat();
    expect(cells.filter((cell) => /^[\s\ufeff]*[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    for (const text of dangerous) expect(cells).toContain(/^["]/.test(text) ? text : `'${text}`);
  });

  test('in clear needs the permission, a fresh password check and a purpose, and is in the audit before the first row', async () => {
    const orderNumber = await place({ buyer: 'csv-3' });
    const viewer = await api.signIn('viewer');
    expect((await download('orders.csv?reveal=x', viewer)).status).toBe(403);
    const stale = await api.signIn('operator');
    api.later(5 * 60_000 + 1_000);
    const refused = await download('orders.csv?buyer=csv-3&reveal=回访', stale);
    expect([refused.status, JSON.parse(refused.text).error.data.errorCode]).toEqual([
      expect.any(Number),
      'STEP_UP_REQUIRED',
    ]);
    expect(await auditOf('personal_data_revealed')).toEqual([]);
    expect((await auditOf('admin_action_refused')).at(-1)).toMatchObject({
      actor: 'staff:operator',
      detail: { procedure: 'export.orders', errorCode: 'STEP_UP_REQUIRED' },
    });

    const renewed = await api.mutate('session.stepUp', { password: PASSWORD }, stale);
    const { text } = await download('orders.csv?buyer=csv-3&reveal=回访', { cookie: renewed.cookie! });
    expect(tableOf(text)).toMatchObject([
      { 订单号: `'${orderNumber}`, 收货人: '张三丰', 电话: '13800001234', 详细地址: '海尔路 1 号' },
    ]);
    expect(await auditOf('personal_data_revealed')).toMatchObject([
      { actor: 'staff:operator', resource_id: 'orders', detail: { purpose: '回访', filter: { buyer: 'csv-3' } } },
    ]);
    expect((await auditOf('exported')).at(-1)).toMatchObject({
      actor: 'staff:operator',
      resource_id: 'orders',
      detail: { purpose: '回访', filter: { buyer: 'csv-3' }, rows: 1, complete: true },
    });
  });
});

describe('an export of payments', () => {
  test('keeps long numbers as text and money in yuan', async () => {
    const orderNumber = await place({ buyer: 'csv-4' });
    const payment = (
      await api.mutate('payment.open', { orderNumber, method: 'generic' }, { authorization: `Bearer ${TOKEN}` })
    ).body.result.data;
    await api.rows(`update payments set transaction_id = '420000123420261121' where public_id = ?`, [payment.id]);
    const { text } = await download(`payments.csv?orderNumber=${orderNumber}`);
    expect(tableOf(text)).toMatchObject([
      {
        支付编号: payment.id,
        订单号: `'${orderNumber}`,
        支付方式: '通用支付',
        商户单号: `${orderNumber}-P1`,
        支付状态: expect.any(String),
        '金额（元）': '5998.00',
        交易号: "'420000123420261121",
      },
    ]);
    expect((await download('payments.csv?reveal=x')).status).toBe(400);
  });
});

describe('exports of the other lists', () => {
  test('refunds, cases, callbacks and audit come with the filters of their lists, masked, and leave their mark', async () => {
    const orderNumber = await place({ buyer: 'csv-5' });
    const [order] = await api.rows<{ id: string }>(`select id from orders where order_number = ?`, [orderNumber]);
    const payment = (
      await api.mutate('payment.open', { orderNumber, method: 'generic' }, { authorization: `Bearer ${TOKEN}` })
    ).body.result.data;
    await api.rows(
      `insert into refunds (public_id, order_id, payment_id, status, amount_fen, cause, reason, reason_en, idempotency_key, refund_no, created_at, updated_at)
       select gen_random_uuid(), ?, id, 'pending', 100, 'refund_requested', '致电13800001234', 'call 13800001234', 'csv-5', 'R-csv-5', now(), now()
         from payments where public_id = ?`,
      [order!.id, payment.id],
    );
    await api.rows(
      `insert into exceptions (public_id, kind, order_id, detail, detail_en, dedup_key, status, owner, created_at)
       values (gen_random_uuid(), 'push_failed', ?, '张三丰的订单', 'of 张三丰', 'csv-5', 'open', 'lin', now())`,
      [order!.id],
    );
    await api.rows(
      `insert into callbacks (public_id, provider, method, transport_key, secret, path, content_type, body, source, received_at, decided_at,
                              outcome, order_id, detail, detail_en)
       values (gen_random_uuid(), 'generic', 'payment', 'csv-5', 'current', '/', 'application/json', '{"secret":"body"}', '10.0.0.1', now(), now(),
               'applied', ?, '=付款', 'paid')`,
      [order!.id],
    );
    const rowsOf = async (path: string, headers = operator) => tableOf((await download(path, headers)).text);
    expect(await rowsOf(`refunds.csv?orderNumber=${orderNumber}&status=pending`)).toMatchObject([
      {
        订单号: `'${orderNumber}`,
        商户退款单号: 'R-csv-5',
        退款状态: '待退款',
        '金额（元）': '1.00',
        原因: '致电138****1234',
      },
    ]);
    expect(await rowsOf(`refunds.csv?orderNumber=${orderNumber}&toApprove=true`)).toEqual([]);
    expect(await rowsOf(`exceptions.csv?orderNumber=${orderNumber}&owner=lin`)).toMatchObject([
      { 异常类型: 'push_failed', 状态: '待处理', 说明: '张**的订单', 负责人: 'lin' },
    ]);
    expect(await rowsOf(`exceptions.csv?orderNumber=${orderNumber}&owner=`)).toEqual([]);
    expect(await rowsOf(`exceptions.csv?orderNumber=${orderNumber}&lang=en`)).toMatchObject([{ Detail: 'of 张**' }]);
    const callbacks = await download(`callbacks.csv?orderNumber=${orderNumber}&provider=generic`);
    expect(tableOf(callbacks.text)).toMatchObject([{ 处理结果: 'applied', 说明: "'=付款", 来源地址: '10.0.0.1' }]);
    expect(callbacks.text).not.toContain('body');
    const admin = await api.signIn('admin');
    const audit = await rowsOf(`audit.csv?resourceId=${orderNumber}&action=order_created`, admin);
    expect(audit).toMatchObject([
      { 动作: 'order_created', 对象: `'${orderNumber}`, 详情: expect.stringContaining('payableFen') },
    ]);
    expect((await auditOf('exported')).slice(-7).map(({ resource_id, detail }) => [resource_id, detail.rows])).toEqual([
      ['refunds', 1],
      ['refunds', 0],
      ['exceptions', 1],
      ['exceptions', 0],
      ['exceptions', 1],
      ['callbacks', 1],
      ['audit', 1],
    ]);
    expect((await download('audit.csv')).status).toBe(403);
    expect((await download('callbacks.csv?field=State%3D1')).status).toBe(400);
  });
});

describe('who may not, or asks wrongly, gets an error in the form of the API', () => {
  test.each([
    ['nobody', 'orders.csv', async () => ({}), 401, 'NOT_SIGNED_IN'],
    ['nobody with nonsense', 'orders.csv?x=1', async () => ({}), 401, 'NOT_SIGNED_IN'],
    ['a viewer', 'orders.csv', () => api.signIn('viewer'), 403, 'NOT_ALLOWED'],
    ['the storefront', 'payments.csv', async () => ({ authorization: `Bearer ${TOKEN}` }), 403, 'NOT_ALLOWED'],
    ['an unknown filter', 'orders.csv?statuss=paid', async () => operator, 400, 'BAD_INPUT'],
    ['a paging limit', 'orders.csv?limit=5', async () => operator, 400, 'BAD_INPUT'],
    ['an unknown status', 'orders.csv?status=lost', async () => operator, 400, 'BAD_INPUT'],
    ['a filter twice', 'orders.csv?q=1&q=2', async () => operator, 400, 'BAD_INPUT'],
    ['NUL', 'orders.csv?q=%00', async () => operator, 400, 'BAD_INPUT'],
    ['an empty purpose', 'orders.csv?reveal=', async () => operator, 400, 'BAD_INPUT'],
    ['another language', 'orders.csv?lang=fr', async () => operator, 400, 'BAD_INPUT'],
    ['another site', 'orders.csv', async () => ({ ...operator, 'sec-fetch-site': 'cross-site' }), 403, 'NOT_ALLOWED'],
    ['no such export', 'staff.csv', async () => operator, 404, 'NOT_FOUND'],
    ['a long address', `orders.csv?q=${'x'.repeat(17_000)}`, async () => operator, 414, 'BAD_INPUT'],
  ] as const)('%s', async (_name, path, headers, status, errorCode) => {
    const answer = await download(path, await headers());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
    expect(JSON.parse(answer.text).error).toMatchObject({
      message: expect.stringMatching(/[\u4e00-\u9fff]/),
      data: { httpStatus: status, errorCode, messageEn: expect.any(String), requestId: expect.any(String) },
    });
  });

  test('other methods find nothing', async () => {
    for (const method of ['HEAD', 'POST', 'DELETE'])
      expect((await api.fetch('/exports/orders.csv', { method, headers: operator })).status).toBeGreaterThanOrEqual(
        404,
      );
  });
});

/** What is really held: garbage that waits for its collection would make the measure a matter of luck. */
function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('over a real connection', () => {
  const ROWS = 20_000;
  let server: Awaited<ReturnType<typeof serveHttp>>;
  beforeAll(async () => {
    await api.rows(
      `insert into orders (order_number, buyer, status, haier_line_count, local_line_count, total_fen, payable_fen, contact_name, phone,
                           phone_tail, province, city, district, address_detail, note, created_at, expires_at)
       select 'L' || n, 'many', 'pending', 1, 0, n, n, '王小明', '13900000000', '0000', '省', '市', '区', '路', repeat('备注', 100), now(), now()
         from generate_series(1, ?) n`,
      [ROWS],
    );
    server = await serveHttp(api.app, {
      host: '127.0.0.1',
      port: 0,
      portVariable: 'ORDERS_PORT',
    });
  });
  afterAll(() => server.close());
  const url = (path: string) => `http://127.0.0.1:${server.port}/exports/${path}`;
  const exported = async () => (await auditOf('exported')).at(-1)!.detail;

  test('twenty thousand rows stream through little memory', async () => {
    const response = await fetch(url('orders.csv?buyer=many'), { headers: operator });
    const startBytes = liveBytes();
    let peakBytes = 0;
    let bytes = 0;
    let lines = 0;
    let chunks = 0;
    for await (const chunk of response.body!) {
      bytes += chunk.byteLength;
      for (const byte of chunk) if (byte === 10) lines += 1;
      chunks += 1;
      if (chunks % 40 === 0) peakBytes = Math.max(peakBytes, liveBytes());
    }
    expect(lines).toBe(ROWS + 1);
    expect(bytes).toBeGreaterThan(10_000_000);
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes - startBytes).toBeLessThan(16_000_000);
    expect(await exported()).toMatchObject({ rows: ROWS, complete: true });
  });

  test('a client that goes away stops the reading', async () => {
    const before = (await auditOf('exported')).length;
    await new Promise<void>((resolve) => {
      const sent = httpRequest(url('orders.csv?buyer=many'), { headers: operator }, (answer) => {
        answer.once('data', () => {
          answer.destroy();
          resolve();
        });
      });
      sent.on('error', () => {});
      sent.end();
    });
    await expect.poll(async () => (await auditOf('exported')).length, { timeout: 10_000 }).toBe(before + 1);
    const { rows, complete } = await exported();
    expect([rows < ROWS, complete]).toEqual([true, false]);
  });

  test('a trouble in the middle breaks the connection off, so that half a file is not taken for a whole one', async () => {
    const response = await fetch(url('orders.csv?buyer=many'), { headers: operator });
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    await reader.read();
    await api.rows(`alter table orders rename to orders_kept`);
    const rest = async () => {
      for (;;) if ((await reader.read()).done) return;
    };
    try {
      await expect(rest()).rejects.toThrow('terminated');
    } finally {
      await api.rows(`alter table orders_kept rename to orders`);
    }
    expect(await exported()).toMatchObject({ complete: false });
    expect(api.lines.some((line) => line.includes('export broken off'))).toBe(true);
  });

  test('a session that is ended has no more of it, and half a file is not taken for a whole one', async () => {
    await api.account('exporter', 'operator');
    const response = await fetch(url('orders.csv?buyer=many'), { headers: await api.signIn('exporter') });
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    await reader.read();
    const admin = await api.signIn('admin');
    const asked = performance.now();
    expect((await api.mutate('session.kill', { username: 'exporter' }, admin)).status).toBe(200);
    // A reader that is slower than the second in which a session is dead.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, asked + 1_100 - performance.now())));
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toThrow('terminated');
    await expect.poll(exported).toMatchObject({ complete: false });
  });

  test('an error before the first byte is an answer', async () => {
    await api.rows(`alter table orders rename to orders_kept`);
    try {
      const response = await fetch(url('orders.csv'), { headers: operator });
      expect([response.status, await response.json()]).toMatchObject([
        500,
        { error: { data: { errorCode: 'INTERNAL' } } },
      ]);
    } finally {
      await api.rows(`alter table orders_kept rename to orders`);
    }
  });
});

test.each([
  ['1763600000123456', "'1763600000123456"],
  ['00123', "'00123"],
  ['1E5', "'1E5"],
  ['12345678901', '12345678901'],
  ['0', '0'],
  ['A-1', 'A-1'],
  ['-', "'-"],
  ['', ''],
  ['两\n行', '"两\n行"'],
  ['say "hi", he said', '"say ""hi"", he said"'],
])('the text %j is written as %j', (text, written) => {
  const csv = csvOf([{ name: { zh: '列', en: 'column' }, text: (row: string) => row }], 'zh-CN');
  expect(csv.rows([text])).toBe(`${written}\r\n`);
});
