export const configuration = {
  title: '配置',
} as const;
