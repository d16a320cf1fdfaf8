import { haierApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { queryBalance } from '../queries/query-balance.ts';
import { queryPrices, queryProducts } from '../queries/query-catalogue.ts';
import { queryLogistics } from '../queries/query-logistics.ts';
import { queryStock } from '../queries/query-stock.ts';
import { staff } from './trpc.ts';

export const haierRouter = {
  products: staff('integrations.view')
    .input(haierApi.products.input)
    .output(haierApi.products.output)
    .query(async ({ ctx, input }) => found(await queryProducts(ctx, input.productCodes))),
  prices: staff('integrations.view')
    .input(haierApi.prices.input)
    .output(haierApi.prices.output)
    .query(async ({ ctx, input }) => found(await queryPrices(ctx, input.productCodes))),
  stock: staff('integrations.view')
    .input(haierApi.stock.input)
    .output(haierApi.stock.output)
    .query(async ({ ctx, input }) => found(await queryStock(ctx, input))),
  balance: staff('integrations.view')
    .input(haierApi.balance.input)
    .output(haierApi.balance.output)
    .query(async ({ ctx }) => found(await queryBalance(ctx))),
  logistics: staff('integrations.view')
    .input(haierApi.logistics.input)
    .output(haierApi.logistics.output)
    .query(async ({ ctx, input }) => found(await queryLogistics(ctx, input.orderCode))),
} satisfies TRPCRouterRecord;

const found = <T>(data: T) => ({ success: true as const, data });
