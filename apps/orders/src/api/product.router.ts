import { productApi } from '@orderbridge/contracts/catalogue-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { getProduct } from '../catalogue/get-product.ts';
import { listProducts } from '../catalogue/list-products.ts';
import { removeProduct } from '../catalogue/remove-product.ts';
import { setPrice } from '../catalogue/set-price.ts';
import { staff } from './trpc.ts';

export const productRouter = {
  list: staff('catalogue.view')
    .input(productApi.list.input)
    .output(productApi.list.output)
    .query(({ ctx, input }) => listProducts(ctx.orm.em.fork(), input)),
  get: staff('catalogue.view')
    .input(productApi.get.input)
    .output(productApi.get.output)
    .query(({ ctx, input }) => getProduct(ctx.orm.em.fork(), input)),
  setPrice: staff('catalogue.setPrice')
    .input(productApi.setPrice.input)
    .output(productApi.setPrice.output)
    .mutation(({ ctx, input }) => setPrice(ctx, input)),
  remove: staff('catalogue.adjustStock')
    .input(productApi.remove.input)
    .output(productApi.remove.output)
    .mutation(({ ctx, input }) => removeProduct(ctx, input)),
} satisfies TRPCRouterRecord;
