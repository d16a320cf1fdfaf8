import type { Texts } from '../texts.ts';
import type { reconcile as zh } from '../zh-CN/reconcile.ts';

export const reconcile: Texts<typeof zh> = {
  title: 'Reconciliation',
};
