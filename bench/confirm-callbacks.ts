import { formatHaierTime, HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { withHaierSign, type HaierSigning } from '@orderbridge/mock-upstreams/sign-callback';

/** Where every side of the benchmark takes Haier callbacks. */
export const CALLBACK_PATH = `${HAIER_CALLBACK_PATHS[0]}/`;

export const APP_KEY = 'bench-app-key';
export const CALLBACK_SECRET = 'bench-callback-secret-0123456789';

/** Orders of one measurement: `<prefix><0 … count - 1>`, all of them paid and unknown to Haier so far. */
export type OrderRange = { readonly prefix: string; readonly count: number };

export const orderNumberOf = ({ prefix }: OrderRange, index: number): string => `${prefix}${index}`;
export const haierOrderNoOf = (orderNumber: string): string => `SO.${orderNumber}`;

/** A confirmation of one order as the platform posts it; SQL and HTTP sides store and send the same bytes. */
export function confirmCallback(
  orderNumber: string,
  { signing, sentAt }: { signing: HaierSigning; sentAt: Date },
): { body: string; sign: string } {
  const fields = withHaierSign(
    {
      AppKey: APP_KEY,
      TimeStamp: formatHaierTime(sentAt),
      Method: 'hmm.scm_heorder.confirm',
      Data: JSON.stringify({ ExtOrderNo: haierOrderNoOf(orderNumber), PlatformOrderNo: orderNumber, State: 1 }),
    },
    CALLBACK_SECRET,
    signing,
  );
  return { body: new URLSearchParams(fields).toString(), sign: fields['Sign'] ?? '' };
}
