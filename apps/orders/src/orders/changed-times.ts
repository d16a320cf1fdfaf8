import type { Text } from '../text.ts';
import { shanghaiMinute } from './shanghai-minute.ts';

/** Times of delivery and installation as text. */
export type Times = { readonly distributionTime: string | null; readonly installTime: string | null };
export type Instant = Date | string | null | undefined;

/** The times of an order, or wanted ones, as text. */
export const timesOf = (times: { distributionTime?: Instant; installTime?: Instant }): Times => ({
  distributionTime: dateOf(times.distributionTime)?.toISOString() ?? null,
  installTime: dateOf(times.installTime)?.toISOString() ?? null,
});

const NAMES = {
  distributionTime: { zh: '配送', en: 'delivery' },
  installTime: { zh: '安装', en: 'installation' },
} as const satisfies Record<keyof Times, Text>;

/** The times that changed, as the timeline tells them. */
export function changeOf(before: Times, after: Times): Text {
  const changed = (['distributionTime', 'installTime'] as const).filter((time) => before[time] !== after[time]);
  const told = (language: keyof Text, unset: string) =>
    changed.map((time) => {
      const [from, to] = [before[time], after[time]].map((at) => (at ? shanghaiMinute(new Date(at)) : unset));
      return `${NAMES[time][language]} ${from} → ${to}`;
    });
  return { zh: told('zh', '未约定').join('，'), en: told('en', 'not set').join(', ') };
}

export const dateOf = (value: Instant): Date | null => (value ? new Date(value) : null);
