import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { StaffException } from '../exceptions/exception.entity.ts';
import { paymentView } from '../payments/payment-view.ts';
import { readAskers } from '../payments/read-askers.ts';
import { refundView } from '../payments/refund-view.ts';
import { refundableOf } from '../payments/return-money.ts';
import { allowedActions, mustAskHaier } from './allowed-actions.ts';
import { Payment } from '../payments/payment.entity.ts';
import { Refund } from '../payments/refund.entity.ts';
import { MASKED_ADDRESS, maskName, maskOptional, maskPhone, maskText } from './mask.ts';
import { readNotes } from './note-lines.ts';
import { evidenceOf } from './evidence.ts';
import { type Order, OrderLine } from './order.entity.ts';
import { readOccurrences } from './read-occurrences.ts';
import { readTimeline } from './read-timeline.ts';

export type OrderViewer = {
  readonly now: Date;
  /** `staff:<username>` or the name of a machine. */
  readonly by: string;
  readonly permissions: readonly Permission[];
  /** From how much, in fen, a refund that the viewer asks for waits for a second person; undefined for never. */
  readonly twoPersonFromFen?: number | undefined;
};

/** Everything staff see of an order, personal data masked, with what the viewer may do and why not. */
export async function orderView(em: SqlEntityManager, order: Order, viewer: OrderViewer): Promise<OrderView> {
  const ofOrder = { orderId: order.id };
  const byId = { orderBy: { id: 'asc' } } as const;
  const lines = await em.find(OrderLine, ofOrder, byId);
  const payments = await em.find(Payment, ofOrder, byId);
  const refunds = await em.find(Refund, ofOrder, byId);
  const exceptions = await em.find(StaffException, ofOrder, byId);
  const timeline = await readTimeline(em, order);
  const refundViewer = { by: viewer.by, askersOf: await readAskers(em, refunds) };
  return {
    orderNumber: order.orderNumber,
    status: order.status,
    haierStatus: order.haierStatus,
    haierOrderNo: order.haierOrderNo ?? null,
    haierFailMessage: maskOptional(order.haierFailMessage, order),
    hasHaierLines: order.haierLineCount > 0,
    buyer: order.buyer,
    address: {
      contactName: maskName(order.contactName),
      phone: maskPhone(order.phone),
      province: order.province,
      city: order.city,
      district: order.district,
      town: order.town ? MASKED_ADDRESS : null,
      detail: MASKED_ADDRESS,
      countyCode: order.countyCode ?? null,
    },
    totalFen: order.totalFen,
    payableFen: order.payableFen,
    note: maskOptional(order.note, order),
    notes: notesOf(order),
    cancelReason: maskOptional(order.cancelReason, order),
    carrier: order.carrier ?? null,
    trackingNo: order.trackingNo ?? null,
    parcels: order.parcels,
    snCode: order.snCode ?? null,
    deliveryImages: order.deliveryImages,
    invoice: order.invoiceNo && order.invoiceDate ? { number: order.invoiceNo, date: order.invoiceDate } : null,
    evidence: evidenceOf(order),
    refundableFen: refundableOf(payments, refunds),
    secondPersonFromFen: viewer.twoPersonFromFen ?? null,
    cancelAsksHaier: mustAskHaier(order),
    refundedFen: refunds
      .filter((refund) => refund.status === 'succeeded')
      .reduce((sum, refund) => sum + refund.amountFen, 0),
    isGovernmentOrder: order.isGovernmentOrder,
    distributionTime: instant(order.distributionTime),
    installTime: instant(order.installTime),
    createdAt: order.createdAt.toISOString(),
    paidAt: instant(order.paidAt),
    cancelledAt: instant(order.cancelledAt),
    expiresAt: order.status === 'pending' ? order.expiresAt.toISOString() : null,
    lines: lines.map((line) => ({
      productCode: line.productCode,
      productName: line.productName,
      source: line.source,
      quantity: line.quantity,
      unitPriceFen: line.unitPriceFen,
      totalFen: line.totalFen,
      receivedQty: line.receivedQty,
      returnedQty: line.returnedQty,
      rejectedQty: line.rejectedQty,
    })),
    payments: payments.map((payment) => paymentView(payment, order.orderNumber)),
    refunds: refunds.map((refund) =>
      refundView(
        refund,
        order.orderNumber,
        payments.find((payment) => payment.id === refund.paymentId),
        refundViewer,
        order,
      ),
    ),
    history: timeline
      .filter((entry) => entry.machine === 'order')
      .map(({ from, to, fact, by, note, noteEn, at }) => ({ from, to, fact, by, note, noteEn, at })),
    timeline,
    occurrences: await readOccurrences(em, { order, payments, exceptions }),
    exceptions: exceptions.map((exception) => ({
      id: exception.publicId,
      kind: exception.kind,
      detail: maskText(exception.detail, order),
      detailEn: maskText(exception.detailEn, order),
      status: exception.status,
      createdAt: exception.createdAt.toISOString(),
    })),
    allowedActions: allowedActions({ order, payments, refunds }, viewer),
  };
}

// Taken apart before anything is hidden: what names the buyer may stand in a time or an author as well.
const notesOf = (order: Order): OrderView['notes'] =>
  (order.note ? readNotes(order.note) : []).map(({ text, at, by }) => ({
    text: maskText(text, order),
    at: instant(at),
    by,
  }));

const instant = (value: Date | string | null | undefined): string | null =>
  value ? new Date(value).toISOString() : null;
