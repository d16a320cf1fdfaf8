export const jobs = {
  title: '推送任务',
} as const;
