export const reconcile = {
  title: '对账',
} as const;
