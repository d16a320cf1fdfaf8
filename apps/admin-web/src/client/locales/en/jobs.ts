import type { Texts } from '../texts.ts';
import type { jobs as zh } from '../zh-CN/jobs.ts';

export const jobs: Texts<typeof zh> = {
  title: 'Pushes and jobs',
};
