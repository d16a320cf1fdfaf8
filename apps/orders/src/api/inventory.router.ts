import { inventoryApi } from '@orderbridge/contracts/catalogue-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { adjustStock } from '../catalogue/adjust-stock.ts';
import { listInventory } from '../catalogue/list-inventory.ts';
import { staff } from './trpc.ts';

export const inventoryRouter = {
  log: staff('catalogue.view')
    .input(inventoryApi.log.input)
    .output(inventoryApi.log.output)
    .query(({ ctx, input }) => listInventory(ctx.orm.em.fork(), input)),
  adjust: staff('catalogue.adjustStock')
    .input(inventoryApi.adjust.input)
    .output(inventoryApi.adjust.output)
    .mutation(({ ctx, input }) => adjustStock(ctx, input)),
} satisfies TRPCRouterRecord;
