const DAY_MS = 86_400_000;
/** Asia/Shanghai has known no summer time since 1991. */
const AHEAD_MS = 8 * 3_600_000;

/** First instant of the day in Asia/Shanghai that lies so many days before the one of `at`. */
export const startOfShanghaiDay = (at: Date, daysBefore = 0): Date =>
  new Date(Math.floor((at.getTime() + AHEAD_MS) / DAY_MS) * DAY_MS - daysBefore * DAY_MS - AHEAD_MS);

/** `2026-11-21` */
export const shanghaiDay = (at: Date): string => new Date(at.getTime() + AHEAD_MS).toISOString().slice(0, 10);

export const dayBefore = (at: Date): Date => new Date(at.getTime() - DAY_MS);
