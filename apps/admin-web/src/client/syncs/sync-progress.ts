import type { SyncRun } from '@orderbridge/contracts/integrations-api';

export const isOpen = ({ status }: Pick<SyncRun, 'status'>): boolean => status === 'pending' || status === 'processing';

/** How much of a run is done, in whole percent: 100 only once everything is. */
export const percentDone = ({ doneCount, totalCount }: Pick<SyncRun, 'doneCount' | 'totalCount'>): number =>
  totalCount === 0 ? 0 : Math.min(100, Math.floor((doneCount * 100) / totalCount));

/** `< 0.1 s`, `0.4 s`, `12 s`, `3:05`, `1:00:09` */
export function formatDuration(seconds: number): string {
  if (seconds < 0.1) return '< 0.1 s';
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (count: number) => String(count).padStart(2, '0');
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}
