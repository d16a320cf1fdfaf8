import { z } from 'zod';
import { Fen } from './primitives.ts';

/** What the supplier's side said no to, so that a person reads the right text (R13-R15, R73). */
export const SUPPLIER_REFUSALS = ['not_configured', 'authentication', 'upstream', 'gave_up', 'unexpected'] as const;
export const SupplierRefusal = z.enum(SUPPLIER_REFUSALS);
export type SupplierRefusal = z.infer<typeof SupplierRefusal>;

const refusal = {
  /** Round of our own requests that this answers (`haierRound` of the order). */
  round: z.number().int(),
  why: SupplierRefusal,
  /** The upstream's own words, or ours, in Chinese; `detailEn` says the same in English where we wrote it. */
  detail: z.string().max(500),
  detailEn: z.string().max(500),
};

/** One parcel as YLH tells it (domain.md §1.14). */
export const LogisticsItem = z.object({
  logisticsCompany: z.string().nullable(),
  logisticsNo: z.string().nullable(),
  deliveryRecordCode: z.string().nullable(),
  snCode: z.string().nullable(),
});
export type LogisticsItem = z.infer<typeof LogisticsItem>;

/** What is known of one product after a sync; parts that were not asked for are absent. */
export const CatalogueItem = z.object({
  productCode: z.string(),
  product: z
    .object({
      model: z.string().nullable(),
      group: z.string().nullable(),
      brand: z.string().nullable(),
      imageUrl: z.string().nullable(),
      pageUrls: z.array(z.string()),
      isSales: z.boolean(),
      noSalesReason: z.string().nullable(),
    })
    .optional(),
  price: z
    .object({
      supplyPriceFen: Fen.nullable(),
      invoicePriceFen: Fen.nullable(),
      marketPriceFen: Fen.nullable(),
      /** Direct discount as the platform writes it, e.g. `0.05`, and the rebate per piece in fen. */
      stockRebate: z.string().nullable(),
      stockRebatePolicy: z.string().nullable(),
      rebateMoneyFen: Fen.nullable(),
    })
    .optional(),
  /** Why the platform gives no price, in its own words, e.g. `价格未生效`; `price` is absent then (R117). */
  priceReason: z.string().optional(),
  stock: z
    .object({
      quantity: z.number().int(),
      warehouseCode: z.string().nullable(),
      warehouseGrade: z.string().nullable(),
      countyCode: z.string(),
    })
    .optional(),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;

/**
 * Everything integrations tells orders, by CloudEvents type. `subject` is the order number, or `-` for the catalogue.
 * Delivered at least once; orders applies each id once.
 */
export const supplierEventData = {
  /** YLH took the order; its confirmation comes by callback (domain.md §1.10). */
  'push.accepted': z.object({
    round: z.number().int(),
    retailOrderNo: z.string().nullable(),
    /** Only where the answer confirms the order at once, so that no callback will: in these words (R10). */
    confirmation: z.object({ detail: z.string().max(500), detailEn: z.string().max(500) }).optional(),
  }),
  'push.refused': z.object(refusal),
  /** YLH took the wish to cancel; the outcome comes by callback (domain.md §1.11). */
  'cancel.accepted': z.object({ round: z.number().int() }),
  'cancel.refused': z.object(refusal),
  'logistics.found': z.object({ items: z.array(LogisticsItem).max(100) }),
  'images.found': z.object({ urls: z.array(z.string()).max(200) }),
  /** Something a person did in integrations, for the audit chain, which orders keeps (R130, R153). */
  'staff.acted': z.object({
    actor: z.string(),
    action: z.string(),
    resourceType: z.string(),
    resourceId: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
  'catalogue.synced': z.object({ runId: z.uuid(), items: z.array(CatalogueItem).min(1).max(20) }),
} as const;

export type SupplierEventType = keyof typeof supplierEventData;
export type SupplierEventData<T extends SupplierEventType> = z.infer<(typeof supplierEventData)[T]>;

/** `source` of every event of integrations. */
export const SUPPLIER_EVENT_SOURCE = '/orderbridge/integrations';

const cloudEvent = <T extends SupplierEventType>(type: T) =>
  z.object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.literal(SUPPLIER_EVENT_SOURCE),
    type: z.literal(type),
    subject: z.string().min(1),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: supplierEventData[type],
  });

/** CloudEvents 1.0 (JSON) as they lie on `SUPPLIERS.<type>`. */
export const SupplierEvent = z.discriminatedUnion('type', [
  cloudEvent('push.accepted'),
  cloudEvent('push.refused'),
  cloudEvent('cancel.accepted'),
  cloudEvent('cancel.refused'),
  cloudEvent('logistics.found'),
  cloudEvent('images.found'),
  cloudEvent('staff.acted'),
  cloudEvent('catalogue.synced'),
]);
export type SupplierEvent = z.infer<typeof SupplierEvent>;
