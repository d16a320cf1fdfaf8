export const haierData = {
  title: '海尔数据',
} as const;
