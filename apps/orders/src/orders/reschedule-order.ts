import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf, whyNoNewTimes } from './allowed-actions.ts';
import { recordAmendment } from './record-amendment.ts';
import { shanghaiMinute } from './shanghai-minute.ts';

/**
 * Sets other times of delivery and installation for an order that Haier does not have yet; what is not named stays, and
 * null takes a time away. Asking for the times it has changes nothing.
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, or BAD_INPUT for times that cannot be kept)
 */
export const rescheduleOrder = (
  context: ActContext,
  { orderNumber, ...given }: z.output<typeof orderApi.reschedule.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    const { order } = locked;
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

type Times = { readonly distributionTime: string | null; readonly installTime: string | null };
type Instant = Date | string | null | undefined;

const timesOf = (times: { distributionTime?: Instant; installTime?: Instant }): Times => ({
  distributionTime: dateOf(times.distributionTime)?.toISOString() ?? null,
  installTime: dateOf(times.installTime)?.toISOString() ?? null,
});

const NAMES = {
  distributionTime: { zh: '配送', en: 'delivery' },
  installTime: { zh: '安装', en: 'installation' },
} as const satisfies Record<keyof Times, Text>;

/** The times that changed, as the timeline tells them. */
function changeOf(before: Times, after: Times): Text {
  const changed = (['distributionTime', 'installTime'] as const).filter((time) => before[time] !== after[time]);
  const told = (language: keyof Text, unset: string) =>
    changed.map((time) => {
      const [from, to] = [before[time], after[time]].map((at) => (at ? shanghaiMinute(new Date(at)) : unset));
      return `${NAMES[time][language]} ${from} → ${to}`;
    });
  return { zh: told('zh', '未约定').join('，'), en: told('en', 'not set').join(', ') };
}

const dateOf = (value: Instant): Date | null => (value ? new Date(value) : null);

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
