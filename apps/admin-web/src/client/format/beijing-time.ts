/** The zone of every time on the screen, whatever the browser's own is. */
export const TIME_ZONE = 'Asia/Shanghai';
export const ZONE_NAME = `${TIME_ZONE}, UTC+8`;

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `2026-11-21 16:00:00`; what cannot be read as an instant is shown as it is. */
export function formatInstant(instant: string | Date): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return String(instant);
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    parts.formatToParts(at).map(({ type, value }) => [type, value]),
  );
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** `2026-11-21 16:00` */
export const formatMinute = (instant: string): string => formatInstant(instant).slice(0, 16);

/** `16:00:00` */
export const formatClock = (at: Date): string => formatInstant(at).slice(11);

/** `2026-11-21`, the day it is in Beijing. */
export const formatDay = (at: Date): string => formatInstant(at).slice(0, 10);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** First instant of a day in Beijing; undefined for text that is no day, as an address may hold anything. */
export const startOfDay = (day: string | null): string | undefined => instantOf(day, 'T00:00:00.000+08:00');

/** Last instant of a day in Beijing. */
export const endOfDay = (day: string | null): string | undefined => instantOf(day, 'T23:59:59.999+08:00');

function instantOf(day: string | null, time: string): string | undefined {
  if (day === null || !DAY.test(day)) return undefined;
  const at = new Date(day + time);
  // 2026-02-30 would silently become March.
  return !Number.isNaN(at.getTime()) && formatDay(at) === day ? at.toISOString() : undefined;
}
