import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallbackItem, OrderView } from '@orderbridge/contracts/orders-api';
import type { Translation } from '../locales/zh-CN.ts';

type Machine = OrderView['timeline'][number]['machine'];
type Group = keyof Translation;

const STATE_GROUP = {
  order: 'orderStatus',
  payment: 'paymentStatus',
  refund: 'refundStatus',
  haier: 'haierStatus',
} as const satisfies Record<Machine, Group>;

/** Names of what the services say in codes. A code that is younger than this page is shown as readable words. */
export function useLabels() {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const label = (group: Group, code: string, unknown = readableCode(code)): string => {
      const key = `${group}.${code.replaceAll('.', '_')}`;
      return i18n.exists(key) ? t(key as never) : unknown;
    };
    const provider = (name: string) => label('provider', name);
    return {
      label,
      provider,
      state: (machine: Machine, state: string) => label(STATE_GROUP[machine], state),
      fact: (fact: string) => label('fact', fact),
      /**
       * What a callback tells, `订单确认` or `支付：成功`. A word nobody knows stays as it was sent: that is what people
       * look for.
       */
      news: ({ topic, method }: Pick<CallbackItem, 'topic' | 'method'>) => {
        if (method === null) return '—';
        if (topic === null) return label('method', method, method);
        return t(`callbackTopic.${topic}`, { status: label('providerStatus', method.toLowerCase(), method) });
      },
      /** `system`, `callback:<provider>`, `staff:<username>` and `token:<name>` in words. */
      actor: (by: string) => {
        const [kind = '', name = ''] = by.split(/:(.*)/s);
        if (kind === 'callback') return t('actor.callback', { provider: provider(name) });
        if (kind === 'staff') return t('actor.staff', { name });
        if (kind === 'token') return t('actor.token', { name });
        return label('actor', kind);
      },
    };
  }, [t, i18n]);
}

/** `out_of_stock.reported` → `out of stock reported` */
export const readableCode = (code: string): string => code.replaceAll(/[_.]+/g, ' ').trim() || '—';
