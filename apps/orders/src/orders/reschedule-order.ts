import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { actOnOrder } from './act-on-order.ts';
import { changeOf, dateOf, type Instant, type Times, timesOf } from './changed-times.ts';
import { refuseIf, whyNoNewTimes } from './allowed-actions.ts';
import { findMoved } from './find-moved.ts';
import { isAtHaier } from './haier-rules.ts';
import { recordAmendment } from './record-amendment.ts';
import { rescheduleAtHaier, type RescheduleContext } from './reschedule-at-haier.ts';

/**
 * Sets other times of delivery and installation; what is not named stays, and null takes a time away. Asking for the
 * times it has changes nothing. When Haier has the order, it is asked first (reschedule-at-haier.ts).
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, BAD_INPUT for times that cannot be kept, SUPPLIER_… for Haier's no),
 *   NotAnswered
 */
export async function rescheduleOrder(
  context: RescheduleContext,
  { orderNumber, ...given }: z.output<typeof orderApi.reschedule.input>,
): Promise<OrderView> {
  const order = await findMoved(context.orm, orderNumber);
  return isAtHaier(order) ? rescheduleAtHaier(context, order, given) : rescheduleHere(context, orderNumber, given);
}

const rescheduleHere = (
  context: RescheduleContext,
  orderNumber: string,
  given: Omit<z.output<typeof orderApi.reschedule.input>, 'orderNumber'>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    const { order } = locked;
    // Pushed just now, after it was looked at: Haier's times are Haier's business.
    if (isAtHaier(order))
      throw new Refused('CONFLICT', '订单刚刚推送到海尔，请重试', 'The order was pushed to Haier just now; try again');
    refuseIf(whyNoNewTimes(locked));
    const before = timesOf(order);
    const after = timesOf({
      distributionTime: given.distributionTime === undefined ? order.distributionTime : given.distributionTime,
      installTime: given.installTime === undefined ? order.installTime : given.installTime,
    });
    if (after.distributionTime === before.distributionTime && after.installTime === before.installTime) return;
    mustBeAhead([given.distributionTime, given.installTime], cause.at);
    mustBeInOrder(after);

    order.distributionTime = dateOf(after.distributionTime);
    order.installTime = dateOf(after.installTime);
    recordAmendment(
      tx,
      order,
      { what: 'times', fact: 'times_changed', note: changeOf(before, after), detail: { from: before, to: after } },
      cause,
    );
  });

function mustBeAhead(given: readonly Instant[], now: Date): void {
  if (given.some((time) => time && new Date(time) <= now))
    throw new Refused(
      'BAD_INPUT',
      '配送和安装时间必须晚于当前时间',
      'Times of delivery and installation must lie ahead',
    );
}

function mustBeInOrder({ distributionTime, installTime }: Times): void {
  if (distributionTime && installTime && installTime < distributionTime)
    throw new Refused(
      'BAD_INPUT',
      '安装时间不能早于配送时间',
      'The time of installation cannot be before that of delivery',
    );
}
