import type { ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import { describe, expect, test } from 'vitest';
import { ANSWER_DUE_MS } from '../jobs/job-view.ts';
import { findDifferences, isWorthAsking, type LatestJob } from './find-differences.ts';

const NOW = new Date('2026-11-21T10:00:00.000Z');
const LONG_AGO = new Date(NOW.getTime() - ANSWER_DUE_MS - 1).toISOString();
const JUST_NOW = new Date(NOW.getTime() - ANSWER_DUE_MS).toISOString();

const anOrder = (more: Partial<ReconcileOrder> = {}): ReconcileOrder => ({
  orderNumber: 'O-1',
  status: 'paid',
  haierStatus: 'confirmed',
  round: 1,
  haierOrderNo: 'SO.1',
  hasHaierLines: true,
  paidAt: LONG_AGO,
  updatedAt: LONG_AGO,
  payments: [paid()],
  refunds: [],
  ...more,
});
const paid = (more: Partial<ReconcileOrder['payments'][number]> = {}) => ({
  id: 'c4a1f9a0-0000-7000-8000-000000000001',
  method: 'wechat',
  status: 'succeeded',
  amountFen: 299_900,
  paidAt: LONG_AGO,
  ...more,
});
const back = (status: string, amountFen = 299_900) => ({ status, amountFen });
const aJob = (kind: LatestJob['kind'], state: LatestJob['state'], round = 1): LatestJob => ({
  id: 'c4a1f9a0-0000-7000-8000-000000000002',
  kind,
  round,
  state,
  detail: '原因',
  detailEn: 'the cause',
});
const parcel = { logisticsCompany: '日日顺', logisticsNo: '1', deliveryRecordCode: null, snCode: null };

const found = (order: Partial<ReconcileOrder>, job?: LatestJob, parcels?: (typeof parcel)[]) =>
  findDifferences({ order: anOrder(order), job, parcels }, NOW).map(({ kind, repair }) => [kind, repair]);

describe('no difference', () => {
  test.each<[string, Partial<ReconcileOrder>, (LatestJob | undefined)?, (typeof parcel)[]?]>([
    ['a confirmed order without parcels', {}, aJob('push', 'done'), []],
    ['one whose parcels nobody asked for', {}],
    ['a shipped order with parcels', { status: 'shipped' }, undefined, [parcel]],
    ['a purely local order', { haierStatus: 'none', hasHaierLines: false }],
    ['an unpaid order', { status: 'pending', haierStatus: 'none', payments: [] }],
    ['a push that has just been asked for', { haierStatus: 'push_pending', updatedAt: JUST_NOW }, aJob('push', 'done')],
    ['a push that is still being tried', { haierStatus: 'push_pending' }, aJob('push', 'waiting')],
    ['a push that somebody paused', { haierStatus: 'push_pending' }, aJob('push', 'paused')],
    ['a cancel that is still being tried', { haierStatus: 'cancel_pending' }, aJob('cancel', 'running')],
    [
      'a cancelled order whose money is on its way back',
      { status: 'cancelled', haierStatus: 'cancelled', refunds: [back('processing')] },
    ],
    ['an unpaid order that was cancelled', { status: 'cancelled', haierStatus: 'none', payments: [] }],
    [
      'late money that is being returned',
      { status: 'pending', haierStatus: 'none', payments: [paid({ status: 'expired' })], refunds: [back('pending')] },
    ],
  ])('%s', (_name, order, job, parcels) => {
    expect(found(order, job, parcels)).toEqual([]);
  });
});

describe('a difference and the one verb that settles it; none where it is not certain', () => {
  test.each<[string, Partial<ReconcileOrder>, LatestJob | undefined, (typeof parcel)[] | undefined, unknown[]]>([
    ['never pushed', { haierStatus: 'none' }, undefined, undefined, [['paid_not_pushed', 'push']]],
    ['refused', { haierStatus: 'failed' }, aJob('push', 'refused'), undefined, [['paid_not_pushed', null]]],
    [
      'accepted, no callback',
      { haierStatus: 'push_pending' },
      aJob('push', 'done'),
      [],
      [['push_without_answer', null]],
    ],
    [
      'given up, and the order was not told',
      { haierStatus: 'push_pending' },
      aJob('push', 'gave_up'),
      undefined,
      [['push_without_answer', 'retry_job']],
    ],
    ['no job at all', { haierStatus: 'push_pending' }, undefined, undefined, [['push_without_answer', 'plan_job']]],
    [
      'only the job of the round before',
      { haierStatus: 'push_pending', round: 2 },
      aJob('push', 'refused'),
      undefined,
      [['push_without_answer', 'plan_job']],
    ],
    [
      'no callback, and parcels are under way',
      { haierStatus: 'push_pending' },
      aJob('push', 'done'),
      [parcel],
      [['delivered_not_shipped', 'ship']],
    ],
    ['parcels of a paid order', {}, undefined, [parcel], [['delivered_not_shipped', 'ship']]],
    [
      'a cancel that was given up',
      { haierStatus: 'cancel_pending' },
      aJob('cancel', 'gave_up'),
      [],
      [['cancel_without_answer', 'retry_job']],
    ],
    [
      'a cancel that was taken, no callback',
      { haierStatus: 'cancel_pending' },
      aJob('cancel', 'done'),
      [],
      [['cancel_without_answer', null]],
    ],
    [
      'a cancel whose newest job is the push before it',
      { haierStatus: 'cancel_pending' },
      aJob('push', 'done'),
      [],
      [['cancel_without_answer', 'plan_job']],
    ],
    [
      'cancelled here, confirmed there',
      { status: 'cancelled', refunds: [back('succeeded')] },
      undefined,
      [],
      [['cancelled_here_alive_there', 'cancel']],
    ],
    [
      'cancelled here, already sent there',
      { status: 'cancelled', refunds: [back('succeeded')] },
      undefined,
      [parcel],
      [['cancelled_here_alive_there', null]],
    ],
    [
      'cancelled here while the push has no answer',
      { status: 'cancelled', haierStatus: 'push_pending', refunds: [back('succeeded')] },
      aJob('push', 'done'),
      [],
      [['cancelled_here_alive_there', null]],
    ],
    [
      'cancelled there, paid here',
      { haierStatus: 'cancelled' },
      undefined,
      undefined,
      [['cancelled_there_alive_here', 'cancel']],
    ],
    [
      'cancelled there, shipped here',
      { status: 'shipped', haierStatus: 'cancelled' },
      undefined,
      undefined,
      [['cancelled_there_alive_here', null]],
    ],
    [
      'paid, and the order does not know',
      { status: 'pending', haierStatus: 'none' },
      undefined,
      undefined,
      [['money_without_order', null]],
    ],
    [
      'money of a payment that had expired',
      { status: 'pending', haierStatus: 'none', payments: [paid({ status: 'expired' })] },
      undefined,
      undefined,
      [['money_without_order', 'sync_payment']],
    ],
    [
      'cancelled, and a part of the money is here',
      { status: 'cancelled', haierStatus: 'cancelled', refunds: [back('succeeded', 299_899), back('failed', 1)] },
      undefined,
      undefined,
      [['cancelled_money_kept', null]],
    ],
    [
      'cancelled here, alive there, and paid for',
      { status: 'cancelled' },
      undefined,
      [],
      [
        ['cancelled_here_alive_there', 'cancel'],
        ['cancelled_money_kept', null],
      ],
    ],
  ])('%s', (_name, order, job, parcels, expected) => {
    expect(found(order, job, parcels)).toEqual(expected);
  });
});

test('what each side says stands beside it, in both languages where there are words', () => {
  const order = anOrder({ status: 'cancelled', refunds: [back('succeeded', 1)] });
  expect(findDifferences({ order, job: aJob('push', 'done'), parcels: [] }, NOW)).toEqual([
    {
      orderNumber: 'O-1',
      kind: 'cancelled_here_alive_there',
      repair: 'cancel',
      local: { status: 'cancelled', haierStatus: 'confirmed' },
      ylh: { job: { kind: 'push', state: 'done' }, parcels: 0 },
      payment: { receivedFen: 299_900, returnedFen: 1 },
      detail: '订单已取消，平台仍在履行',
      detailEn: 'The order is cancelled here and goes on there',
    },
    expect.objectContaining({
      kind: 'cancelled_money_kept',
      detail: '订单已取消，仍有 ¥2,998.99 未退：请核实退款',
      detailEn: 'The order is cancelled and ¥2,998.99 was not returned: look at its refunds',
    }),
  ]);
});

test('YLH is asked only about orders that it may still be working on', () => {
  expect(isWorthAsking(anOrder())).toBe(true);
  expect(isWorthAsking(anOrder({ haierStatus: 'cancel_pending' }))).toBe(true);
  expect(isWorthAsking(anOrder({ status: 'cancelled' }))).toBe(true);
  expect(isWorthAsking(anOrder({ status: 'shipped' }))).toBe(false);
  expect(isWorthAsking(anOrder({ haierStatus: 'none' }))).toBe(false);
  expect(isWorthAsking(anOrder({ haierStatus: 'cancelled' }))).toBe(false);
});
