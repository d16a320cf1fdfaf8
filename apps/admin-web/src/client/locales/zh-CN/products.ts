export const products = {
  title: '商品与库存',
} as const;
