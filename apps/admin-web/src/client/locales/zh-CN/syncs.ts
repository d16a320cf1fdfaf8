export const syncs = {
  title: '同步',
} as const;
