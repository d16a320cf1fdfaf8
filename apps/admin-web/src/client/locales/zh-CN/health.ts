export const health = {
  title: '系统健康',
} as const;
