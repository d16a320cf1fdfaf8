import type { Texts } from '../texts.ts';
import type { products as zh } from '../zh-CN/products.ts';

export const products: Texts<typeof zh> = {
  title: 'Products and stock',
};
