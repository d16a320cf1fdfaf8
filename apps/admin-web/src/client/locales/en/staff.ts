import type { Texts } from '../texts.ts';
import type { staff as zh } from '../zh-CN/staff.ts';

export const staff: Texts<typeof zh> = {
  title: 'Staff and sessions',
};
