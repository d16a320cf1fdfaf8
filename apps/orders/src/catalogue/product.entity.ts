import { defineEntity, p } from '@mikro-orm/core';

const ProductSchema = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: p.bigint('number').primary(),
    productCode: p.string(),
    name: p.string(),
    source: p.string().$type<'haier' | 'local'>(),
    priceFen: p.bigint('number'),
    /** Local goods only; Haier goods never touch it by lock or release (R78). */
    stock: p.integer(),
    /** At this many or fewer a local product counts as low. */
    lowStockAt: p.integer(),
    salesCount: p.integer(),
    isSales: p.boolean(),
    noSalesReason: p.string().nullable(),
    isActive: p.boolean(),
    createdAt: p.datetime(),
  },
});

/** Something we sell (domain.md §3.7). */
export class Product extends ProductSchema.class {}
ProductSchema.setClass(Product);
