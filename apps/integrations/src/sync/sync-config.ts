import { CountyCode } from '@orderbridge/contracts/primitives';
import { z } from 'zod';
import { isCountyCode } from '../suppliers/county-code.ts';

const minutes = z.coerce.number().int().min(0).max(525_600).optional();

export const SYNC_ENV = {
  // How often everything is synced by itself, changed only; 0 is never. Stock needs a county.
  SYNC_PRODUCTS_EVERY_MINUTES: minutes,
  SYNC_PRICES_EVERY_MINUTES: minutes,
  SYNC_STOCK_EVERY_MINUTES: minutes,
  // Whose stock is asked for where nobody names a county (six digits, GB/T 2260). There is no default: T34.
  SYNC_COUNTY_CODE: CountyCode.refine(isCountyCode, 'is no county code of GB/T 2260').optional(),
  SYNC_LOG_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
} as const;

/** Runs that are planned by themselves. */
export type ScheduledType = 'products' | 'prices' | 'stock';

export type SyncConfig = {
  /** County whose stock is asked for unless another is named; undefined when there is none. */
  readonly countyCode: string | undefined;
  /** Minutes between two runs of a type; 0 is never. */
  readonly everyMinutes: Readonly<Record<ScheduledType, number>>;
  /** Days that entries of the sync log are kept (R157). */
  readonly logDays: number;
};

const Env = z.object(SYNC_ENV);

/** What the settings say of syncs; only a production machine calls the platform without being asked to. */
export function readSyncConfig(e: z.output<typeof Env>, profile: 'demo' | 'test' | 'production'): SyncConfig {
  const isProduction = profile === 'production';
  return {
    countyCode: e.SYNC_COUNTY_CODE,
    everyMinutes: {
      products: e.SYNC_PRODUCTS_EVERY_MINUTES ?? (isProduction ? 1_440 : 0),
      prices: e.SYNC_PRICES_EVERY_MINUTES ?? (isProduction ? 360 : 0),
      stock: e.SYNC_STOCK_EVERY_MINUTES ?? (isProduction && e.SYNC_COUNTY_CODE ? 120 : 0),
    },
    logDays: e.SYNC_LOG_DAYS,
  };
}

/** Problems of settings that go together wrongly. */
export const whatSyncsLack = (given: Readonly<Record<string, string | undefined>>): string[] =>
  Number(given['SYNC_STOCK_EVERY_MINUTES']) > 0 && !given['SYNC_COUNTY_CODE']
    ? ['SYNC_COUNTY_CODE is missing: SYNC_STOCK_EVERY_MINUTES needs a county']
    : [];
