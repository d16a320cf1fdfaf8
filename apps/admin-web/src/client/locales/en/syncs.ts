import type { Texts } from '../texts.ts';
import type { syncs as zh } from '../zh-CN/syncs.ts';

export const syncs: Texts<typeof zh> = {
  title: 'Syncs',
};
