import type { Text } from '../text.ts';

/** The systems outside that integrations calls, each with a budget, a breaker and tokens of its own. */
export const PLATFORMS = ['haier', 'ylh'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** What people call them. */
export const PLATFORM_NAMES: Readonly<Record<Platform, Text>> = {
  haier: { zh: '海尔平台', en: 'Haier' },
  ylh: { zh: '易理货系统', en: 'YLH' },
};
