import type { Texts } from '../texts.ts';
import type { haierData as zh } from '../zh-CN/haier-data.ts';

export const haierData: Texts<typeof zh> = {
  title: 'Haier data',
};
