import type { Texts } from '../texts.ts';
import type { configuration as zh } from '../zh-CN/configuration.ts';

export const configuration: Texts<typeof zh> = {
  title: 'Configuration',
};
