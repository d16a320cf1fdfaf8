import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { Text } from '../text.ts';
import type { PaymentOrder, PaymentProvider } from './providers/provider.ts';

/** How a payment stands at its provider after it was ended there. `unsure`: money may still come, and `why` says so. */
export type Ending =
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'paid'; readonly notice: PaymentNotice }
  | { readonly outcome: 'unsure'; readonly why: Text };

/**
 * Makes sure that nobody can pay a payment any more, or learns that somebody has (R85): asks, closes what is still
 * open, and asks once more when the provider will not close it. Only the network; writes nothing.
 */
export async function endAtProvider(provider: PaymentProvider, payment: PaymentOrder): Promise<Ending> {
  const found = await ask(provider, payment);
  if (found.outcome !== 'open') return found;
  const closing = await provider.close(payment);
  if (closing.outcome === 'answered') return { outcome: 'closed' };
  if (closing.outcome !== 'refused') return { outcome: 'unsure', why: closing.reason };
  // It may have been paid between the question and the closing.
  const again = await ask(provider, payment);
  return again.outcome === 'open' ? { outcome: 'unsure', why: closing.reason } : again;
}

async function ask(provider: PaymentProvider, payment: PaymentOrder): Promise<Ending | { outcome: 'open' }> {
  const answer = await provider.query(payment);
  if (answer.outcome !== 'answered') return { outcome: 'unsure', why: answer.reason };
  // What the provider does not know it cannot take money for.
  if (answer.value === 'not_found') return { outcome: 'closed' };
  const notice = answer.value;
  switch (notice.news) {
    case 'succeeded':
      return { outcome: 'paid', notice };
    case 'cancelled':
    case 'expired':
      return { outcome: 'closed' };
    // A failed attempt may be followed by another one for the same number.
    case 'failed':
    case 'processing':
      return { outcome: 'open' };
    case 'unknown':
      return {
        outcome: 'unsure',
        why: {
          zh: `支付平台返回了未知的状态：${notice.statusText}`,
          en: `The payment provider named an unknown status: ${notice.statusText}`,
        },
      };
  }
}
