import type { Texts } from '../texts.ts';
import type { overview as zh } from '../zh-CN/overview.ts';

export const overview: Texts<typeof zh> = {
  title: 'Overview',
};
