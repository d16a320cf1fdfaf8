export const staff = {
  title: '员工与会话',
} as const;
