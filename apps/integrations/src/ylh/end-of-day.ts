/** 23:59:59 in Beijing of the day that an instant falls on there, as YLH wants appointments (domain.md §1.12). */
export function endOfDay(instant: Date): Date {
  const inBeijing = new Date(instant.getTime() + BEIJING_MS);
  return new Date(inBeijing.setUTCHours(23, 59, 59, 0) - BEIJING_MS);
}

/** China has had one time zone and no summer time since 1991. */
const BEIJING_MS = 8 * 3_600_000;
