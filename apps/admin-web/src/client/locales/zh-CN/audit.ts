export const audit = {
  title: '审计',
} as const;
