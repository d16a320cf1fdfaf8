import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { type AskIntegrations, PLATFORM_TIMEOUT_MS, platformAnswer } from '../suppliers/ask-integrations.ts';
import type { Text } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf } from './allowed-actions.ts';
import { whyNoNewTimesAtHaier } from './haier-rules.ts';
import type { MovedOrder } from './moved-order.ts';
import { changeOf, timesOf } from './changed-times.ts';
import { recordAmendment } from './record-amendment.ts';

export type RescheduleContext = ActContext & { readonly askIntegrations: AskIntegrations };

/**
 * Has the platform set other times for an order that it has; the order gets them once the platform took them (R134).
 * A time is the end of its day in China. Asking for the times it has calls nobody.
 * @throws Refused (INVALID_ORDER_STATUS; BAD_INPUT for times that cannot be kept; SUPPLIER_… for the platform's no);
 *   NotAnswered when its answer did not come: asking for the same again is safe
 */
export async function rescheduleAtHaier(
  context: RescheduleContext,
  order: MovedOrder,
  given: Omit<z.output<typeof orderApi.reschedule.input>, 'orderNumber'>,
): Promise<OrderView> {
  const { orderNumber } = order;
  refuseIf(whyNoNewTimesAtHaier({ order }));
  const wanted = {
    distributionTime: endOfDayInChina(given.distributionTime),
    installTime: endOfDayInChina(given.installTime),
  };
  refuseUnfit(order, wanted, given, context.now());
  const isNew = (['distributionTime', 'installTime'] as const).some(
    (name) => wanted[name] && wanted[name].getTime() !== order[name]?.getTime(),
  );
  if (isNew) {
    const request = {
      orderNumber,
      retailOrderNo: order.haierOrderNo!,
      distributionTime: wanted.distributionTime?.toISOString() ?? null,
      installTime: wanted.installTime?.toISOString() ?? null,
    };
    const taken = await platformAnswer(context.askIntegrations('reschedule', request, PLATFORM_TIMEOUT_MS), FAILED);
    wanted.distributionTime = taken.distributionTime ? new Date(taken.distributionTime) : wanted.distributionTime;
    wanted.installTime = taken.installTime ? new Date(taken.installTime) : wanted.installTime;
  }
  return actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    if (!isNew) return;
    // Whatever became of the order in the meantime, these are the times that the platform has now.
    const before = timesOf(locked.order);
    if (wanted.distributionTime) locked.order.distributionTime = wanted.distributionTime;
    if (wanted.installTime) locked.order.installTime = wanted.installTime;
    recordAmendment(
      tx,
      locked.order,
      {
        what: 'times',
        fact: 'times_changed',
        note: changeOf(before, timesOf(locked.order)),
        detail: { from: before, to: timesOf(locked.order) },
      },
      cause,
    );
  });
}

type Wanted = { distributionTime: Date | null; installTime: Date | null };

function refuseUnfit(
  order: MovedOrder,
  wanted: Wanted,
  given: { distributionTime?: string | null | undefined; installTime?: string | null | undefined },
  now: Date,
): void {
  if (given.distributionTime === null || given.installTime === null)
    throw new Refused(
      'BAD_INPUT',
      '订单已推送海尔，配送和安装时间只能修改，不能取消',
      'The order is at Haier: its times can be changed but not taken away',
    );
  if ([wanted.distributionTime, wanted.installTime].some((time) => time && time <= now))
    throw new Refused(
      'BAD_INPUT',
      '配送和安装日期不能早于今天',
      'Times of delivery and installation cannot lie in the past',
    );
  const distributionTime = wanted.distributionTime ?? order.distributionTime;
  const installTime = wanted.installTime ?? endOfDayInChina(order.installTime?.toISOString());
  if (distributionTime && installTime && installTime < distributionTime)
    throw new Refused(
      'BAD_INPUT',
      '安装时间不能早于配送时间',
      'The time of installation cannot be before that of delivery',
    );
}

const DAY_MS = 86_400_000;
const BEIJING_AHEAD_MS = 8 * 3_600_000;

/** 23:59:59 in China of the day that the instant lies in there (domain.md §1.12); China has no summer time. */
function endOfDayInChina(time: string | null | undefined): Date | null {
  if (!time) return null;
  const days = Math.floor((Date.parse(time) + BEIJING_AHEAD_MS) / DAY_MS);
  return new Date((days + 1) * DAY_MS - BEIJING_AHEAD_MS - 1_000);
}

const FAILED: Text = { zh: '改约失败', en: 'The times could not be changed' };
