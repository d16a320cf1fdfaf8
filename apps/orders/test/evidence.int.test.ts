import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPhotoHost, photoFetcher } from '../src/orders/fetch-photo.ts';
import { ordersApi, PASSWORD, TOKEN } from './_api.ts';
import { anOrder } from './_orders.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

let api: Awaited<ReturnType<typeof ordersApi>>;
let operator: { cookie: string };
let photos: string;
let calls: string[] = [];
let [atOnce, mostAtOnce] = [0, 0];
const host = createServer((request, response) => {
  calls.push(request.url!);
  mostAtOnce = Math.max(mostAtOnce, (atOnce += 1));
  response.once('close', () => (atOnce -= 1));
  if (request.url!.startsWith('/slow/')) {
    setTimeout(() => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(JPEG), 20);
    return;
  }
  if (request.url === '/never.jpg') {
    // It keeps coming, and never ends.
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    const drip = setInterval(() => response.write(JPEG), 20);
    response.once('close', () => clearInterval(drip));
    return;
  }
  const answers: Record<string, [number, string, Buffer]> = {
    '/door.jpg': [200, 'image/jpeg', JPEG],
    '/page.jpg': [200, 'text/html', Buffer.from('<script>1</script>')],
    '/moved.jpg': [302, 'image/jpeg', Buffer.alloc(0)],
    '/ten.jpg': [200, 'image/jpeg', Buffer.alloc(10 * 1024 * 1024)],
    '/large.jpg': [200, 'image/jpeg', Buffer.alloc(11 * 1024 * 1024)],
  };
  const [status, type, body] = answers[request.url!] ?? [404, 'text/plain', Buffer.alloc(0)];
  response.writeHead(status, { 'content-type': type, ...(status === 302 && { location: '/door.jpg' }) }).end(body);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    host.listen(0, '127.0.0.1', resolve);
  });
  photos = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  api = await ordersApi({
    EVIDENCE_PHOTO_HOSTS: new URL(photos).host,
    OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1, localhost',
    OUTBOUND_PRIVATE_HOSTS: '127.0.0.1, localhost',
  });
  operator = await api.signIn('operator');
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  host.close();
});

const PARCEL = { logisticsCompany: '日日顺', logisticsNo: 'RRS-1', deliveryRecordCode: 'F1', snCode: 'SN-0001' };

async function governmentOrder(
  sets: { status?: string; parcels?: object[]; images?: string[]; isGovernmentOrder?: boolean } = {},
): Promise<string> {
  const { isGovernmentOrder = true, status = 'shipped', parcels = [PARCEL], images = [] } = sets;
  const placed = await api.mutate(
    'order.place',
    { ...anOrder(), isGovernmentOrder },
    { authorization: `Bearer ${TOKEN}` },
  );
  const { orderNumber } = placed.body.result.data;
  await api.rows(
    `update orders set status = ?, parcels = ?::jsonb, delivery_images = ?::jsonb where order_number = ?`,
    [status, JSON.stringify(parcels), JSON.stringify(images), orderNumber],
  );
  return orderNumber;
}
const orderOf = async (orderNumber: string) =>
  (await api.query('order.get', { orderNumber }, operator)).body.result.data;
const record = (orderNumber: string, invoice: unknown, headers: { cookie: string } = operator) =>
  api.mutate('order.recordInvoice', { orderNumber, invoice }, headers);
const today = () => new Date(api.context.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
const auditOf = (orderNumber: string) =>
  api.rows<{ action: string; actor: string; detail: any }>(
    `select action, actor, detail from audit_entries where resource_type = 'order' and resource_id = ? order by id`,
    [orderNumber],
  );

async function pack(query: string, headers: { cookie?: string } = operator) {
  const response = await api.fetch(`/exports/evidence.zip?${query}`, { headers: headers as Record<string, string> });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status !== 200)
    return {
      response,
      error: JSON.parse(new TextDecoder().decode(bytes)).error,
      files: {} as Record<string, Uint8Array>,
    };
  const files = unzipSync(bytes);
  const text = (name: string) => new TextDecoder().decode(files[name]);
  return { response, files, summary: text('summary.html'), list: text('photos.csv') };
}

describe('an invoice', () => {
  test('is recorded, corrected and taken away, and each is in the timeline and the audit', async () => {
    const orderNumber = await governmentOrder();
    const first = { number: '24117000000012345678', date: today() };
    const { body } = await record(orderNumber, { ...first, number: ` ${first.number} ` });
    expect(body.result.data).toMatchObject({ invoice: first });
    expect(body.result.data.evidence).toEqual({ parcels: 1, numbered: 1, photos: 0, missing: ['photos'] });
    await record(orderNumber, first);
    await record(orderNumber, { ...first, number: '24117000000099999999' });
    expect((await record(orderNumber, null)).body.result.data).toMatchObject({
      invoice: null,
      evidence: { missing: ['photos', 'invoice'] },
    });
    const { timeline } = await orderOf(orderNumber);
    const notes = timeline.filter((entry: { fact: string }) => entry.fact === 'invoice_recorded');
    expect(notes.map((entry: { by: string; noteEn: string }) => [entry.by, entry.noteEn])).toEqual([
      ['staff:operator', `Invoice ${first.number} (${first.date})`],
      ['staff:operator', `Invoice ${first.number} (${first.date}) → 24117000000099999999 (${first.date})`],
      ['staff:operator', `Invoice 24117000000099999999 (${first.date}) taken away`],
    ]);
    const amended = (await auditOf(orderNumber)).filter(({ action }) => action === 'order_amended');
    const [one, other] = [`${first.number} (${first.date})`, `24117000000099999999 (${first.date})`];
    expect(amended.map(({ detail }) => [detail.what, detail.from, detail.to])).toEqual([
      ['invoice', null, one],
      ['invoice', one, other],
      ['invoice', other, null],
    ]);
  });

  test.each([
    ['a local order without subsidy', { isGovernmentOrder: false }, 'REFUSED'],
    ['an unpaid order', { status: 'pending' }, 'INVALID_ORDER_STATUS'],
    ['a cancelled order', { status: 'cancelled' }, 'INVALID_ORDER_STATUS'],
  ])('is refused for %s, with the words of the greyed button', async (_name, sets, errorCode) => {
    const orderNumber = await governmentOrder(sets);
    const { body } = await record(orderNumber, { number: '24117000000012345678', date: today() });
    const { allowedActions } = await orderOf(orderNumber);
    const greyed = allowedActions.find(({ action }: { action: string }) => action === 'recordInvoice');
    expect(greyed.allowed).toBe(false);
    expect(body.error).toMatchObject({
      message: greyed.reason,
      data: { errorCode, messageEn: greyed.reasonEn },
    });
  });

  test('has a number and a day that can be', async () => {
    const orderNumber = await governmentOrder();
    const tried = await Promise.all(
      [
        { number: '1234567', date: today() },
        { number: '12345678<', date: today() },
        { number: '12345678', date: '2026-02-30' },
        { number: '12345678', date: '2999-01-01' },
        { number: '12345678', date: '2020-01-01' },
        { number: '12345678', date: today(), title: 'x' },
        { number: '12345678' },
      ].map(async (invoice) => (await record(orderNumber, invoice)).body.error.data.errorCode),
    );
    expect(tried).toEqual(Array.from({ length: 7 }, () => 'BAD_INPUT'));
    expect((await record(orderNumber, null, await api.signIn('viewer'))).status).toBe(403);
  });
});

describe('a photo', () => {
  const lists = { plainHttpHosts: ['127.0.0.1'], privateHosts: ['127.0.0.1'] };
  const missing = async (photoHosts: string[], address: string, deadlineMs?: number) => {
    const { fetchPhoto, close } = photoFetcher({ photoHosts, ...lists, ...(deadlineMs && { deadlineMs }) });
    const photo = await fetchPhoto(address);
    await close();
    return 'missing' in photo ? photo.missing.en : null;
  };

  test('comes from a host at its port, or at the one that the setting names', async () => {
    const notAllowed = expect.stringContaining('on no list');
    const { host: named, port } = new URL(photos);
    expect(await missing([named], `${photos}/door.jpg`)).toBeNull();
    expect(await missing(['127.0.0.1'], `${photos}/door.jpg`)).toEqual(notAllowed);
    expect(await missing([`127.0.0.1:${Number(port) - 1}`], `${photos}/door.jpg`)).toEqual(notAllowed);
    expect(await missing([named], 'https://127.0.0.1/door.jpg')).toEqual(notAllowed);
    // What the scheme has anyway is the same named or not; these get as far as a host that is not there.
    for (const allowed of ['IMG.invalid', 'img.invalid:443'])
      expect(await missing([allowed], 'https://img.invalid/1.jpg')).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(await missing(['img.invalid'], 'http://img.invalid/1.jpg')).toContain('over https only');
    expect(['img.example.com', 'img.example.com:8443', '[::1]:80'].every(isPhotoHost)).toBe(true);
    expect(['https://img.example.com', 'a/b', 'a:b', 'a@b', 'a:99999'].some(isPhotoHost)).toBe(false);
  });

  test('has its time for the whole of it, also when it keeps coming', async () => {
    expect(await missing([new URL(photos).host], `${photos}/never.jpg`, 200)).toBe('It could not be fetched (timeout)');
  });
});

describe('the evidence pack', () => {
  test('of a complete order has everything, and says so', async () => {
    const orderNumber = await governmentOrder({ images: [`${photos}/door.jpg`] });
    const invoice = { number: '24117000000012345678', date: today() };
    await record(orderNumber, invoice);
    expect((await orderOf(orderNumber)).evidence).toMatchObject({ missing: [] });

    const { response, files, summary, list } = await pack(`orderNumber=${orderNumber}`);
    expect([response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      'application/zip',
      'no-store',
    ]);
    expect(response.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="evidence-${orderNumber}-\\d{14}\\.zip"$`),
    );
    expect(Object.keys(files).toSorted()).toEqual(['photos.csv', 'photos/01.jpg', 'summary.html']);
    expect(Buffer.from(files['photos/01.jpg']!)).toEqual(JPEG);
    expect(summary).toContain('资料齐全');
    for (const said of [
      orderNumber,
      'GA0SZC00U',
      'SN-0001',
      'RRS-1',
      invoice.number,
      invoice.date,
      'photos/01.jpg',
      '张**',
      '138****1234',
    ])
      expect(summary).toContain(said);
    expect(summary).not.toMatch(/张三丰|13800001234|海尔路/);
    expect(list).toContain(`1,${photos}/door.jpg,photos/01.jpg,`);
    expect((await auditOf(orderNumber)).at(-1)).toMatchObject({
      action: 'exported',
      actor: 'staff:operator',
      detail: { what: 'evidence', images: 1, missing: [], complete: true },
    });
  });

  test('of an incomplete order says what is missing, and why a photo is only a link', async () => {
    const images = ['/gone.jpg', '/page.jpg', '/moved.jpg', '/large.jpg']
      .map((path) => photos + path)
      .concat('https://img.example.com/1.jpg', `${photos.replace('127.0.0.1', 'localhost')}/door.jpg`);
    const orderNumber = await governmentOrder({
      images,
      parcels: [PARCEL, { ...PARCEL, snCode: null, logisticsCompany: '<b>顺丰</b>' }],
    });
    const { files, summary, list } = await pack(`orderNumber=${orderNumber}&lang=en`);
    expect(Object.keys(files).toSorted()).toEqual(['photos.csv', 'summary.html']);
    expect(summary).toMatch(/Not complete; missing: serial numbers, invoice\s/);
    expect(summary).toContain('1 of 2 parcels have one');
    expect(summary).toContain('&lt;b&gt;顺丰&lt;/b&gt;');
    const reasons = list!
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.replace(/^\d+,[^,]+,,/, ''));
    expect(reasons).toEqual([
      'It could not be fetched (HTTP 404)',
      'What lies there is no picture',
      'It could not be fetched (HTTP 302)',
      expect.stringMatching(/^It could not be fetched \(.+\)$/),
      'Its host is on no list of those that photos are fetched from; follow the link',
      'Its host is on no list of those that photos are fetched from; follow the link',
    ]);
    expect((await auditOf(orderNumber)).at(-1)).toMatchObject({
      detail: { images: 0, missing: ['serial_numbers', 'invoice'], complete: true },
    });
  });

  test('has at most a hundred photos, four fetched at a time', async () => {
    [calls, mostAtOnce] = [[], 0];
    const images = Array.from({ length: 102 }, (_, index) => `${photos}/slow/${index}.jpg`);
    const { files, list } = await pack(`orderNumber=${await governmentOrder({ images })}&lang=en`);
    expect(Object.keys(files).filter((name) => name.startsWith('photos/'))).toHaveLength(100);
    expect([calls.length, mostAtOnce]).toEqual([100, 4]);
    const rows = list!.trim().split('\r\n');
    expect(rows[3]).toContain('/slow/2.jpg,photos/03.jpg,');
    expect(rows.slice(-2).map((row) => row.split(',').at(-1))).toEqual(
      Array.from({ length: 2 }, () => 'The pack holds as many photos as it may; follow the link'),
    );
  });

  test('has at most a hundred megabytes of photos', async () => {
    calls = [];
    const images = Array.from({ length: 30 }, () => `${photos}/ten.jpg`);
    const { files } = await pack(`orderNumber=${await governmentOrder({ images })}`);
    expect(Object.keys(files).filter((name) => name.startsWith('photos/'))).toHaveLength(10);
    expect(calls.length).toBeLessThanOrEqual(13);
  });

  test('is given up when its reader leaves, photos that are under way too', async () => {
    const images = ['/door.jpg', '/never.jpg', '/never.jpg'].map((path) => photos + path);
    const orderNumber = await governmentOrder({ images });
    const leaving = new AbortController();
    const response = await api.fetch(`/exports/evidence.zip?orderNumber=${orderNumber}`, {
      headers: operator,
      signal: leaving.signal,
    });
    const reader = response.body!.getReader();
    await reader.read();
    await expect.poll(() => atOnce).toBe(2);
    leaving.abort();
    await reader.cancel().catch(() => undefined);
    // Long before the ten seconds that a photo may take.
    await expect.poll(() => atOnce, { timeout: 4_000 }).toBe(0);
    await expect
      .poll(async () => (await auditOf(orderNumber)).at(-1), { timeout: 4_000 })
      .toMatchObject({ action: 'exported', detail: { images: 1, complete: false } });
  });

  test('in clear needs the permission, a fresh password check and a purpose, which is in the audit', async () => {
    const orderNumber = await governmentOrder();
    const stale = await api.signIn('operator');
    api.later(5 * 60_000 + 1_000);
    const query = `orderNumber=${orderNumber}&reveal=${encodeURIComponent('补贴申报')}`;
    expect((await pack(query, stale)).error).toMatchObject({ data: { errorCode: 'STEP_UP_REQUIRED' } });
    const renewed = await api.mutate('session.stepUp', { password: PASSWORD }, stale);
    const { summary } = await pack(query, { cookie: renewed.cookie! });
    for (const said of ['张三丰', '13800001234', '海尔路 1 号']) expect(summary).toContain(said);
    expect((await auditOf(orderNumber)).slice(-2)).toMatchObject([
      { action: 'personal_data_revealed', detail: { purpose: '补贴申报' } },
      { action: 'exported', detail: { what: 'evidence', purpose: '补贴申报' } },
    ]);
  });

  test.each([
    ['nobody', async () => ({}), 401, 'NOT_SIGNED_IN'],
    ['a viewer', () => api.signIn('viewer'), 403, 'NOT_ALLOWED'],
  ] as const)('is for none like %s', async (_name, who, status, errorCode) => {
    const { response, error } = await pack(`orderNumber=${await governmentOrder()}`, await who());
    expect([response.status, error.data.errorCode]).toEqual([status, errorCode]);
  });

  test('there is none of an order that needs no proof, or is none', async () => {
    operator = await api.signIn('operator');
    const local = await governmentOrder({ isGovernmentOrder: false });
    for (const [query, errorCode] of [
      [`orderNumber=${local}`, 'REFUSED'],
      ['orderNumber=nowhere', 'NOT_FOUND'],
      ['', 'BAD_INPUT'],
      [`orderNumber=${local}&status=paid`, 'BAD_INPUT'],
    ] as const)
      expect((await pack(query)).error).toMatchObject({ data: { errorCode } });
    expect((await auditOf(local)).some(({ action }) => action === 'exported')).toBe(false);
  });
});
