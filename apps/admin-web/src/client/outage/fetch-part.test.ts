import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { fetchPart as FetchPart } from './fetch-part.ts';

const reload = vi.fn<() => void>();
const kept = new Map<string, string>();
let served: boolean;
let fetchPart: typeof FetchPart;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  ({ fetchPart } = await import('./fetch-part.ts'));
  kept.clear();
  reload.mockClear();
  served = true;
  vi.stubGlobal('fetch', async () => {
    if (!served) throw new TypeError('network');
    return { ok: true };
  });
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const missing = async () => {
  throw new Error('not there');
};

test('a part that comes is fetched once', async () => {
  const load = vi.fn(async () => 'part');
  expect(await fetchPart(load)).toBe('part');
  expect(load).toHaveBeenCalledTimes(1);
});

test('without a network it waits, however long, and comes when the server is back', async () => {
  served = false;
  const fetching = fetchPart(async () => (served ? 'part' : missing()));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(reload).not.toHaveBeenCalled();
  served = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await fetching).toBe('part');
  expect(reload).not.toHaveBeenCalled();
});

test('a line that breaks now and then loads nothing anew', async () => {
  let asked = 0;
  const fetching = fetchPart(async () => ((asked += 1) < 3 ? missing() : 'part'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await fetching).toBe('part');
  expect(reload).not.toHaveBeenCalled();
});

test('what a release has taken away comes with the page loaded anew, once for all that wait', async () => {
  const settled = vi.fn<() => void>();
  for (let part = 0; part < 3; part += 1) void fetchPart(missing).then(settled, settled);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(settled).not.toHaveBeenCalled();
});

test('what is still missing a moment after that fails, and a minute later is tried again', async () => {
  void fetchPart(missing);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledTimes(1);
  // As in the page that came then.
  vi.resetModules();
  const { fetchPart: later } = await import('./fetch-part.ts');
  const failed = later(missing).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await failed).toBe('not there');
  expect(reload).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  void later(missing);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledTimes(2);
});

test('a browser that keeps nothing never loads anew, since it might do so for ever', async () => {
  vi.stubGlobal('sessionStorage', undefined);
  const failed = fetchPart(missing).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await failed).toBe('not there');
  expect(reload).not.toHaveBeenCalled();
});
