import type { CallbackProviderName } from '@orderbridge/contracts/callback-envelope';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import { dayIn, spanOf, textIn } from '../paging/read-filter.ts';
import { OUTCOME_COLORS } from './outcome-tag.tsx';

type Outcome = CallbackItem['outcome'];

export const CALLBACK_FILTER_NAMES = [
  'orderNumber',
  'transactionId',
  'phoneTail',
  'field',
  'outcome',
  'provider',
  'from',
  'to',
] as const;
export const OUTCOMES = Object.keys(OUTCOME_COLORS) as Outcome[];
export const CALLBACK_PROVIDER_NAMES = Object.keys({
  haier: true,
  generic: true,
  mock: true,
  wechat: true,
  alipay: true,
} satisfies Record<CallbackProviderName, true>) as CallbackProviderName[];

export type CallbackFilter = {
  orderNumber: string | undefined;
  transactionId: string | undefined;
  phoneTail: string | undefined;
  /** `name=value` */
  field: string | undefined;
  outcome: Outcome[];
  provider: CallbackProviderName | undefined;
  /** Days in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readCallbackFilter(params: URLSearchParams): CallbackFilter {
  const phoneTail = textIn(params, 'phoneTail', 4);
  const field = textIn(params, 'field', 300);
  return {
    orderNumber: textIn(params, 'orderNumber'),
    transactionId: textIn(params, 'transactionId', 128),
    phoneTail: phoneTail && /^\d{4}$/.test(phoneTail) ? phoneTail : undefined,
    field: field && /^[^=]+=/.test(field) ? field : undefined,
    outcome: params.getAll('outcome').filter((value): value is Outcome => Object.hasOwn(OUTCOME_COLORS, value)),
    provider: CALLBACK_PROVIDER_NAMES.find((name) => name === params.get('provider')),
    from: dayIn(params, 'from'),
    to: dayIn(params, 'to'),
  };
}

/** The filter as `callback.list`, `callback.count` and `callback.replayMany` take it. */
export function callbackListInput(filter: CallbackFilter) {
  const { orderNumber, transactionId, phoneTail, field, outcome, provider, from, to } = filter;
  return {
    ...(orderNumber && { orderNumber }),
    ...(transactionId && { transactionId }),
    ...(phoneTail && { phoneTail }),
    ...(field && { field }),
    ...(outcome.length > 0 && { outcome }),
    ...(provider && { provider }),
    ...spanOf({ from, to }, ['receivedFrom', 'receivedTo']),
  };
}

const WEEK_MS = 7 * 86_400_000;

/** A search by field reads one body after another, so it wants bounds; the service refuses it without. */
export function lacksBounds(filter: CallbackFilter): boolean {
  if (!filter.field || filter.orderNumber || filter.transactionId) return false;
  const { receivedFrom, receivedTo } = callbackListInput(filter);
  return !receivedFrom || !receivedTo || Date.parse(receivedTo) - Date.parse(receivedFrom) > WEEK_MS;
}
