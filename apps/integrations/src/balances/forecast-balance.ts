import type { BalanceForecast } from '@orderbridge/contracts/integrations-api';

/** What was on an account at some time. */
export type BalanceReading = { readonly at: Date; readonly balanceFen: number };

const DAY_MS = 86_400_000;

/** How far back spending is looked at. */
export const FORECAST_WINDOW_MS = 7 * DAY_MS;

/**
 * How fast an account empties and when it will be empty, from what it lost between readings of the last seven days; what
 * came in meanwhile is left out. Null with less than one day of readings. `readings` come oldest first.
 */
export function forecastBalance(readings: readonly BalanceReading[], now: Date): BalanceForecast | null {
  const recent = readings.filter(({ at }) => now.getTime() - at.getTime() <= FORECAST_WINDOW_MS);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last) return null;
  const days = (last.at.getTime() - first.at.getTime()) / DAY_MS;
  if (days < 1) return null;
  const spentFen = recent
    .slice(1)
    .reduce((sum, { balanceFen }, before) => sum + Math.max(recent[before]!.balanceFen - balanceFen, 0), 0);
  const perDayFen = Math.round(spentFen / days);
  if (last.balanceFen <= 0) return { perDayFen, daysLeft: 0 };
  // Rounded down: an account that is empty sooner than told is the worse surprise.
  return { perDayFen, daysLeft: perDayFen === 0 ? null : Math.floor((last.balanceFen / perDayFen) * 10) / 10 };
}
