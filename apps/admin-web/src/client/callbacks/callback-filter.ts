import type { CallbackProviderName } from '@orderbridge/contracts/callback-envelope';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import { OUTCOME_COLORS } from './outcome-tag.tsx';

type Outcome = CallbackItem['outcome'];

export const CALLBACK_FILTER_NAMES = ['orderNumber', 'outcome', 'provider'] as const;
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
  outcome: Outcome[];
  provider: CallbackProviderName | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export const readCallbackFilter = (params: URLSearchParams): CallbackFilter => ({
  orderNumber: params.get('orderNumber')?.trim().slice(0, 100) || undefined,
  outcome: params.getAll('outcome').filter((value): value is Outcome => Object.hasOwn(OUTCOME_COLORS, value)),
  provider: CALLBACK_PROVIDER_NAMES.find((name) => name === params.get('provider')),
});

/** The filter as `callback.list` takes it. */
export const callbackListInput = ({ orderNumber, outcome, provider }: CallbackFilter) => ({
  ...(orderNumber && { orderNumber }),
  ...(outcome.length > 0 && { outcome }),
  ...(provider && { provider }),
});
