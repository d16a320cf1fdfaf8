import { parseEnv } from '@orderbridge/service-kit/env';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSyncConfig, SYNC_ENV, whatSyncsLack } from './sync-config.ts';

const read = (env: Record<string, string>, profile: 'demo' | 'production') =>
  readSyncConfig(parseEnv(z.object(SYNC_ENV), env, whatSyncsLack), profile);

test('only production syncs by itself, and stock only where a county is named', () => {
  const never = { products: 0, prices: 0, stock: 0 };
  expect(read({}, 'demo')).toEqual({ countyCode: undefined, everyMinutes: never, logDays: 90 });
  expect(read({}, 'production').everyMinutes).toEqual({ products: 1_440, prices: 360, stock: 0 });
  expect(read({ SYNC_COUNTY_CODE: '370212', SYNC_PRICES_EVERY_MINUTES: '5' }, 'production')).toMatchObject({
    countyCode: '370212',
    everyMinutes: { products: 1_440, prices: 5, stock: 120 },
  });
});

test.each([
  [{ SYNC_COUNTY_CODE: '37021' }, 'SYNC_COUNTY_CODE'],
  [{ SYNC_COUNTY_CODE: '999999' }, 'SYNC_COUNTY_CODE is no county code of GB/T 2260'],
  [{ SYNC_STOCK_EVERY_MINUTES: '5' }, 'SYNC_COUNTY_CODE is missing: SYNC_STOCK_EVERY_MINUTES needs a county'],
  [{ SYNC_LOG_DAYS: '0' }, 'SYNC_LOG_DAYS'],
])('%j is refused at the start', (env, problem) => {
  expect(() => read(env, 'demo')).toThrow(problem);
});
