import type { Texts } from '../texts.ts';
import type { payments as zh } from '../zh-CN/payments.ts';

export const payments: Texts<typeof zh> = {
  title: 'Payments and refunds',
};
