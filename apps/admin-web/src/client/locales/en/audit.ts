import type { Texts } from '../texts.ts';
import type { audit as zh } from '../zh-CN/audit.ts';

export const audit: Texts<typeof zh> = {
  title: 'Audit',
};
