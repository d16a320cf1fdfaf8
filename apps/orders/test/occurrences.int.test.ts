import { ROLE_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { resolveException } from '../src/exceptions/resolve-exception.ts';
import { getOrder } from '../src/orders/get-order.ts';
import { pushOrder } from '../src/orders/push-order.ts';
import { revealOrder } from '../src/orders/reveal-order.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const staff = () => ({ ...app.context, permissions: ROLE_PERMISSIONS.admin });
const occurrencesOf = async (orderNumber: string) => (await app.order(orderNumber)).occurrences;
const callbacksOf = (orderNumber: string) =>
  app.rows<{ public_id: string }>(
    `select public_id from callbacks where order_id = (select id from orders where order_number = ?) order by id`,
    [orderNumber],
  );

test('placing and opening a payment are told, with who did it', async () => {
  const { orderNumber } = await app.place();
  app.later(1_000);
  const payment = await app.openPayment(orderNumber);
  expect(await occurrencesOf(orderNumber)).toEqual([
    { kind: 'order_placed', id: `placed-${orderNumber}`, at: expect.any(String), by: expect.any(String) },
    {
      kind: 'payment_opened',
      id: `opened-${payment.id}`,
      at: payment.createdAt,
      by: expect.any(String),
      paymentId: payment.id,
      method: payment.method,
      amountFen: payment.amountFen,
    },
  ]);
});

test('a look at personal data is told with its purpose, and what the purpose says of the person is masked', async () => {
  const { orderNumber } = await app.place();
  await revealOrder(app.context, { orderNumber, purpose: '回访 张三丰 13800001234' });
  expect((await occurrencesOf(orderNumber)).at(-1)).toMatchObject({
    kind: 'personal_data_revealed',
    by: app.context.by,
    purpose: '回访 张** 138****1234',
  });
});

test('a replay that moves nothing is told; one that moves the order is told by its move alone', async () => {
  const { orderNumber } = await app.paidOrder();
  const [paid] = await callbacksOf(orderNumber);
  app.later(1_000);
  await replayCallback(staff(), { id: paid!.public_id, reason: '再看一次' });
  expect((await occurrencesOf(orderNumber)).filter(({ kind }) => kind === 'callback_replayed')).toEqual([
    {
      kind: 'callback_replayed',
      id: expect.any(String),
      at: app.now.toISOString(),
      by: app.context.by,
      callbackId: paid!.public_id,
      outcome: 'repeated',
      reason: '再看一次',
    },
  ]);

  const late = await app.paidOrder();
  await pushOrder(staff(), { orderNumber: late.orderNumber });
  const confirm = haierCallback(
    { PlatformOrderNo: late.orderNumber, State: 1, ExtOrderNo: `SO.${late.orderNumber}` },
    { at: new Date(app.now.getTime() - 3_600_000) },
  );
  await app.deliver({ ...confirm, late: true });
  const lateId = (await callbacksOf(late.orderNumber)).at(-1)!.public_id;
  await replayCallback(staff(), { id: lateId, reason: '已核实' });
  const { haierStatus, occurrences } = await app.order(late.orderNumber);
  expect(haierStatus).toBe('confirmed');
  expect(occurrences.filter(({ kind }) => kind === 'callback_replayed')).toEqual([]);
});

test('a case is told when it is raised, and again when somebody settles it', async () => {
  const { orderNumber } = await app.place();
  const payment = await app.openPayment(orderNumber);
  await app.deliver(paymentCallback(payment, { amount: '1.00' }, app.now));
  const [open] = (await app.order(orderNumber)).exceptions;
  app.later(1_000);
  await resolveException(
    { ...staff(), requireFresh: () => {} },
    { id: open!.id, action: 'acknowledge', reason: '线下处理' },
  );
  const told = (await occurrencesOf(orderNumber)).filter(({ kind }) => kind.startsWith('case_'));
  expect(told).toMatchObject([
    { kind: 'case_raised', caseId: open!.id, caseKind: 'amount_mismatch', by: null, detail: open!.detail },
    {
      kind: 'case_resolved',
      caseId: open!.id,
      caseKind: 'amount_mismatch',
      by: app.context.by,
      action: 'acknowledge',
      reason: '线下处理',
      at: app.now.toISOString(),
    },
  ]);
});

test('the view says from how much a refund waits, and whether a cancel asks Haier', async () => {
  const { orderNumber } = await app.paidOrder();
  expect(await app.order(orderNumber)).toMatchObject({ secondPersonFromFen: null, cancelAsksHaier: false });
  const view = await getOrder(app.orm.em.fork(), orderNumber, {
    now: app.now,
    by: 'staff:tester',
    permissions: ROLE_PERMISSIONS.admin,
    twoPersonFromFen: 100_000,
  });
  expect(view.secondPersonFromFen).toBe(100_000);
  await app.rows(`update orders set haier_status = 'confirmed' where order_number = ?`, [orderNumber]);
  expect((await app.order(orderNumber)).cancelAsksHaier).toBe(true);
});
