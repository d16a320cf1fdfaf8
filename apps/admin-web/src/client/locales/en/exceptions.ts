import type { Texts } from '../texts.ts';
import type { exceptions as zh } from '../zh-CN/exceptions.ts';

export const exceptions: Texts<typeof zh> = {
  title: 'Exceptions',
};
