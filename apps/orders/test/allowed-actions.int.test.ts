import { randomUUID } from 'node:crypto';
import { ORDER_ACTIONS, type OrderView } from '@orderbridge/contracts/orders-api';
import {
  type Permission,
  ROLE_PERMISSIONS,
  STAFF_ROLES,
  STOREFRONT_PERMISSIONS,
} from '@orderbridge/contracts/permissions';
import { HAIER_STATES, type HaierState } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES, type OrderState } from '@orderbridge/state-machine/order-transitions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderRouter } from '../src/api/order.router.ts';
import { paymentRouter } from '../src/api/payment.router.ts';
import { addNote } from '../src/orders/add-note.ts';
import { adjustPrice } from '../src/orders/adjust-price.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { completeOrder } from '../src/orders/complete-order.ts';
import { getOrder } from '../src/orders/get-order.ts';
import { pushOrder } from '../src/orders/push-order.ts';
import { queryDeliveryImages } from '../src/orders/query-delivery-images.ts';
import { queryLogistics } from '../src/orders/query-logistics.ts';
import { recordInvoice } from '../src/orders/record-invoice.ts';
import { rescheduleOrder } from '../src/orders/reschedule-order.ts';
import { shipOrder } from '../src/orders/ship-order.ts';
import { shanghaiDay } from '../src/overview/shanghai-days.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { ordersOnDatabase } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

type Action = OrderView['allowedActions'][number];

/** Anything in Latin letters that Chinese words would have taken the place of; what stays is a name. */
const CODE_IN_CHINESE = /[A-Za-z_]{2,}/;
/** The same in English: words joined as only codes are, or in quotes or braces. */
const CODE_IN_ENGLISH = /\w_\w|[a-z][A-Z]|["{}]/;

const staff = () => ({ ...app.context, permissions: ROLE_PERMISSIONS.admin });
const tomorrow = () => new Date(app.now.getTime() + 86_400_000).toISOString();

/** What each action really does, and the procedure that guards it. */
const verbs = {
  openPayment: {
    procedure: paymentRouter.open,
    run: (orderNumber: string) => app.openPayment(orderNumber),
  },
  adjustPrice: {
    procedure: orderRouter.adjustPrice,
    run: (orderNumber: string) => adjustPrice(staff(), { orderNumber, payableFen: 1, reason: '试' }),
  },
  push: { procedure: orderRouter.push, run: (orderNumber: string) => pushOrder(staff(), { orderNumber }) },
  logistics: {
    procedure: orderRouter.logistics,
    run: (orderNumber: string) => queryLogistics(staff(), { orderNumber }),
  },
  deliveryImages: {
    procedure: orderRouter.deliveryImages,
    run: (orderNumber: string) => queryDeliveryImages(staff(), { orderNumber }),
  },
  reschedule: {
    procedure: orderRouter.reschedule,
    run: (orderNumber: string) => rescheduleOrder(staff(), { orderNumber, distributionTime: tomorrow() }),
  },
  addNote: {
    procedure: orderRouter.addNote,
    run: (orderNumber: string) => addNote(staff(), { orderNumber, note: '试' }),
  },
  recordInvoice: {
    procedure: orderRouter.recordInvoice,
    run: (orderNumber: string) =>
      recordInvoice(staff(), { orderNumber, invoice: { number: '24117000000012345678', date: shanghaiDay(app.now) } }),
  },
  ship: { procedure: orderRouter.ship, run: (orderNumber: string) => shipOrder(staff(), { orderNumber }) },
  complete: { procedure: orderRouter.complete, run: (orderNumber: string) => completeOrder(staff(), { orderNumber }) },
  cancel: {
    procedure: orderRouter.cancel,
    run: (orderNumber: string) => cancelOrder(staff(), { orderNumber, reason: '试' }),
  },
  requestRefund: {
    procedure: orderRouter.requestRefund,
    run: (orderNumber: string) => requestRefund(staff(), { orderNumber, reason: '试' }),
  },
  withdrawRefund: {
    procedure: orderRouter.withdrawRefund,
    run: (orderNumber: string) => withdrawRefund(staff(), { orderNumber, reason: '试' }),
  },
} as const satisfies Partial<Record<Action['action'], object>>;

const viewers: readonly (readonly [string, readonly Permission[]])[] = [
  ...STAFF_ROLES.map((role) => [role, ROLE_PERMISSIONS[role]] as const),
  ['the storefront', STOREFRONT_PERMISSIONS],
];
const actionsOf = async (orderNumber: string, permissions: readonly Permission[]): Promise<Action[]> =>
  (await getOrder(app.orm.em.fork(), orderNumber, { now: app.now, by: 'staff:tester', permissions })).allowedActions;

/** The permissions of which a caller needs one. */
const permissionsOf = ({ _def }: { _def: unknown }): readonly Permission[] =>
  (_def as { meta: { permission: readonly Permission[] } }).meta.permission;

/** Brings one order into a state, as if it had always been there: what verbs did to it before is undone. */
async function setState(orderNumber: string, status: OrderState, haierStatus: HaierState): Promise<void> {
  const paid = status !== 'pending' && status !== 'cancelled';
  await app.rows(
    `update orders set status = ?, haier_status = ?, buyer = ?, payable_fen = total_fen, distribution_time = null, note = null, haier_order_no = 'SO.1',
            is_government_order = true, invoice_no = null, invoice_date = null
      where order_number = ?`,
    [status, haierStatus, `buyer-${randomUUID()}`, orderNumber],
  );
  await app.rows(`delete from refunds where order_id = (select id from orders where order_number = ?)`, [orderNumber]);
  await app.rows(
    `update payments set status = ?, paid_at = ?, amount_fen = (select total_fen from orders o where o.id = order_id)
      where order_id = (select id from orders where order_number = ?)`,
    [paid ? 'succeeded' : 'cancelled', paid ? app.now : null, orderNumber],
  );
}

/** Refused, or done; and whether anything at all came of it. */
async function tried(orderNumber: string, run: (orderNumber: string) => Promise<unknown>) {
  const written = async () =>
    (
      await app.rows<{ n: number }>(
        `select (select count(*)::int from audit_entries) + (select count(*)::int from outbox where subject = ?) as n`,
        [orderNumber],
      )
    )[0]!.n;
  const before = await written();
  const refusal = await run(orderNumber).then(
    () => null,
    (error: { message: string; messageEn: string }) => ({ reason: error.message, reasonEn: error.messageEn }),
  );
  return { refusal, changed: (await written()) > before };
}

test.each([
  ['local', 'LOCAL-KETTLE-01', ['none']],
  ['Haier', 'GA0SZC00U', HAIER_STATES],
] as const)(
  'every state of an order of %s goods × every role: what a page offers is what the verb does',
  async (_name, productCode, haierStates) => {
    const order = await app.paidOrder({ lines: [{ productCode, quantity: 1 }] });
    const { orderNumber } = order;
    for (const status of ORDER_STATES)
      for (const haierStatus of haierStates) {
        await setState(orderNumber, status, haierStatus);
        const offers = new Map<string, Action[]>();
        for (const [name, permissions] of viewers) offers.set(name, await actionsOf(orderNumber, permissions));
        for (const [action, { procedure, run }] of Object.entries(verbs)) {
          await setState(orderNumber, status, haierStatus);
          const { refusal, changed } = await tried(orderNumber, run);
          const where = `${status} / ${haierStatus} / ${action}`;
          for (const [name, permissions] of viewers) {
            const offered = offers.get(name)!.find((entry) => entry.action === action)!;
            const mayCall = permissionsOf(procedure).some((permission) => permissions.includes(permission));
            expect([where, name, offered.allowed]).toEqual([where, name, mayCall && changed]);
            if (!mayCall) expect(offered.reasonEn).toMatch(/^You are not allowed to /);
            else if (refusal) expect(offered.reasonEn).toBe(refusal.reasonEn);
            // The API keeps the texts of the seeds; a page says the same in words.
            if (mayCall && refusal && !CODE_IN_CHINESE.test(refusal.reason))
              expect(offered.reason).toBe(refusal.reason);
            expect([where, offered.reason ?? '']).toEqual([where, expect.not.stringMatching(CODE_IN_CHINESE)]);
            expect([where, offered.reasonEn ?? '']).toEqual([where, expect.not.stringMatching(CODE_IN_ENGLISH)]);
            expect([where, offered.allowed || Boolean(offered.reason && offered.reasonEn)]).toEqual([where, true]);
          }
          // A refusal leaves nothing; only a cancel may succeed without effect (R68, R72).
          if (refusal) expect([where, changed]).toEqual([where, false]);
          else if (action !== 'cancel') expect([where, changed]).toEqual([where, true]);
        }
      }
  },
);

test('every action is listed for everybody, in the order of an order’s life', async () => {
  const { orderNumber } = await app.place();
  for (const [, permissions] of viewers)
    expect((await actionsOf(orderNumber, permissions)).map(({ action }) => action)).toEqual([...ORDER_ACTIONS]);
});

test('refunds: asked for while money is here, withdrawn while none was sent', async () => {
  const { orderNumber } = await app.paidOrder();
  const offer = async (action: Action['action']) =>
    (await actionsOf(orderNumber, ROLE_PERMISSIONS.admin)).find((entry) => entry.action === action);
  const ofOrder = `where order_id = (select id from orders where order_number = ?)`;

  expect(await offer('requestRefund')).toMatchObject({ allowed: true });
  expect(await offer('withdrawRefund')).toMatchObject({ allowed: false, reason: expect.stringContaining('退款中') });

  await requestRefund(staff(), { orderNumber, reason: '退' });
  expect(await offer('requestRefund')).toMatchObject({
    allowed: false,
    reason: '订单状态已是“退款中”',
  });
  expect(await offer('withdrawRefund')).toMatchObject({ allowed: true, reason: null });
  for (const status of ['processing', 'succeeded']) {
    await app.rows(`update refunds set status = ? ${ofOrder}`, [status, orderNumber]);
    expect(await offer('withdrawRefund')).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('不能撤回'),
    });
  }

  await app.rows(`update orders set status = 'paid' where order_number = ?`, [orderNumber]);
  expect(await offer('requestRefund')).toMatchObject({ allowed: false, reason: expect.stringContaining('没有可退') });
});

test('an expired order cannot be paid, and the page says so', async () => {
  const { orderNumber } = await app.place();
  app.later(31 * 60_000);
  expect((await actionsOf(orderNumber, STOREFRONT_PERMISSIONS))[0]).toEqual({
    action: 'openPayment',
    allowed: false,
    reason: '订单已过期，请重新创建',
    reasonEn: 'The order has expired; place it again',
  });
});

test('without Haier’s number there are neither new times nor photos, and the page says so', async () => {
  const { orderNumber } = await app.paidOrder();
  await setState(orderNumber, 'paid', 'push_pending');
  await app.rows(`update orders set haier_order_no = null where order_number = ?`, [orderNumber]);
  const offers = await actionsOf(orderNumber, ROLE_PERMISSIONS.admin);
  expect(offers.find(({ action }) => action === 'reschedule')).toMatchObject({
    allowed: false,
    reason: '海尔订单号尚未确定，海尔确认接单后才能改约',
  });
  expect(offers.find(({ action }) => action === 'deliveryImages')).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('海尔订单号'),
  });
  await expect(verbs.reschedule.run(orderNumber)).rejects.toMatchObject({ message: 'retailOrderNo为必填参数' });
  await expect(verbs.deliveryImages.run(orderNumber)).rejects.toMatchObject({ code: 'REFUSED' });
});

test('an order of Haier and local goods together is never pushed', async () => {
  const { orderNumber } = await app.paidOrder({
    lines: [
      { productCode: 'GA0SZC00U', quantity: 1 },
      { productCode: 'LOCAL-KETTLE-01', quantity: 1 },
    ],
  });
  const offer = (await actionsOf(orderNumber, ROLE_PERMISSIONS.admin)).find(({ action }) => action === 'push');
  expect(offer).toMatchObject({ allowed: false, reason: expect.stringMatching(/^订单含非海尔商品，/) });
  await expect(verbs.push.run(orderNumber)).rejects.toMatchObject({ message: offer!.reason });
});
