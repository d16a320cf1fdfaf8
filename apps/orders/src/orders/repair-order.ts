import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import type { z } from 'zod';
import { DomainError, Refused } from '../errors.ts';
import { Payment } from '../payments/payment.entity.ts';
import type { PaymentProviders } from '../payments/providers/provider.ts';
import { syncPayment } from '../payments/sync-payment.ts';
import type { TransactContext } from '../transaction.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf, whyNoShipping } from './allowed-actions.ts';
import { cancelOrder } from './cancel-order.ts';
import { findMoved } from './find-moved.ts';
import { pushOrder } from './push-order.ts';
import { saveParcels } from './save-parcels.ts';

type RepairCall = (typeof internalCalls)['repair'];
type Repair = Omit<z.output<RepairCall['request']>, 'by'>;
type RepairContext = Omit<TransactContext, 'within'> & {
  readonly now: () => Date;
  readonly by: string;
  readonly providers: PaymentProviders;
  /** As in `ActContext`. */
  readonly twoPersonFromFen?: number | undefined;
};

/**
 * Settles one difference that a reconciliation found, through the verb of that name and all of its checks, in the name
 * of whoever ran the reconciliation (R79). Integrations has checked that they may.
 */
export async function repairOrder(context: RepairContext, wanted: Repair): Promise<z.input<RepairCall['reply']>> {
  try {
    await repairs[wanted.repair]({ ...context, permissions: PERMISSIONS }, wanted);
    return { outcome: 'done' };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { outcome: 'refused', detail: error.message, detailEn: error.messageEn };
  }
}

type Repairing = ActContext & RepairContext;

// Without a time to wait, push and cancel answer as soon as the wish is saved.
const repairs: Readonly<Record<Repair['repair'], (context: Repairing, repair: Repair) => Promise<unknown>>> = {
  push: pushOrder,
  cancel: (context, { orderNumber }) => cancelOrder(context, { orderNumber, reason: '对账：与易理货的取消状态不一致' }),
  ship: (context, { orderNumber, items }) =>
    actOnOrder(context, orderNumber, async (tx, locked, cause) => {
      const before = locked.order.status;
      await saveParcels(tx, locked, items, cause);
      if (locked.order.status !== before) return;
      refuseIf(whyNoShipping(locked));
      throw noParcel();
    }),
  sync_payment: syncPayments,
};

/** Asks about every payment that money may have come for unseen. One that cannot be asked about does not stop the others. */
async function syncPayments(context: Repairing, { orderNumber }: Repair): Promise<void> {
  const { id: orderId } = await findMoved(context.orm, orderNumber);
  const unpaid = { orderId, status: { $ne: 'succeeded' } } as const;
  const payments = await context.orm.em.fork().find(Payment, unpaid, { orderBy: { id: 'asc' } });
  if (payments.length === 0) throw noPayment();
  const refusals: DomainError[] = [];
  for (const { publicId } of payments) {
    try {
      await syncPayment(context, { id: publicId });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length === payments.length) throw refusals[0]!;
}

const noParcel = () =>
  new Refused('REFUSED', '没有物流单号，不能据此发货', 'No parcel has a number, so the order cannot be shipped by it');
const noPayment = () =>
  new Refused(
    'REFUSED',
    '订单没有未成功的支付，无需核实',
    'The order has no payment that is not paid; there is nothing to ask for',
  );
