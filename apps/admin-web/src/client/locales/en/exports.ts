import type { exports as zh } from '../zh-CN/exports.ts';
import type { Texts } from '../texts.ts';

export const exports: Texts<typeof zh> = {
  csv: 'Export CSV',
  notPermitted: 'Your account may not export',
  confirm: 'Export',
  data: 'Personal data',
  masked: 'Masked',
  clear: 'In clear, for a purpose',
  noReveal: 'Your account may not see personal data in clear',
  received: '{{megabytes}} MB received',
  done: 'Exported; the file is in your downloads',
};
