export const exceptions = {
  title: '异常',
} as const;
