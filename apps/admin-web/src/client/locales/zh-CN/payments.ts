export const payments = {
  title: '支付与退款',
} as const;
