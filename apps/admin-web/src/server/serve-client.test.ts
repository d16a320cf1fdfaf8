import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { jsonLog } from './json-log.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test('hashed files are kept for ever in the smallest encoding, the page is never kept', async () => {
  const { app } = await appWithBuild();

  const script = await app.request('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } });
  expect([script.headers.get('content-encoding'), await script.text()]).toEqual(['br', 'brotli']);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');

  const page = await app.request('/', { headers: { 'accept-encoding': 'br;q=0, gzip' } });
  expect([page.headers.get('content-encoding'), page.headers.get('cache-control')]).toEqual(['gzip', 'no-store']);
  const plain = await app.request('/');
  expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, '<!doctype html>']);
});

test('every room is the page, a missing file is not', async () => {
  const { app } = await appWithBuild();
  expect(await (await app.request('/orders/1763712000123456?callback=1')).text()).toBe('<!doctype html>');
  expect((await app.request('/assets/gone.js')).status).toBe(404);
  expect((await app.request('/favicon.ico')).status).toBe(404);
  expect((await app.request('/trpc/nothing')).status).toBe(404);
});

test('every answer carries the security headers', async () => {
  const { app } = await appWithBuild();
  for (const path of ['/', '/assets/gone.js', '/readyz', '/trpc/gateway/x']) {
    const { headers } = await app.request(path);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('is ready once the build can be read, and not while it goes down', async () => {
  const { app, folder, shutdown } = await appWithBuild({ built: false });
  expect((await app.request('/readyz')).status).toBe(503);
  expect((await app.request('/orders')).status).toBe(503);
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  expect(await (await app.request('/readyz')).json()).toEqual({ ready: true, waitingFor: [] });
  shutdown.abort();
  expect(await (await app.request('/readyz')).json()).toEqual({ ready: false, waitingFor: ['draining'] });
});

async function appWithBuild({ built = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'admin-web-build-'));
  folders.push(folder);
  if (built) {
    await mkdir(join(folder, 'assets'));
    const files = {
      'index.html': '<!doctype html>',
      'index.html.gz': 'gzip',
      'assets/app-1a2b.js': 'plain',
      'assets/app-1a2b.js.br': 'brotli',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  }
  const shutdown = new AbortController();
  const service = new URL('http://127.0.0.1:9');
  const app = createApp({
    config: { services: { orders: service, integrations: service }, gateway: service, buildDir: folder },
    log: jsonLog(
      'silent',
      () => {},
      () => new Date(),
    ),
    shutdown: shutdown.signal,
  });
  return { app, folder, shutdown };
}
