import type { Texts } from '../texts.ts';
import type { health as zh } from '../zh-CN/health.ts';

export const health: Texts<typeof zh> = {
  title: 'System health',
};
