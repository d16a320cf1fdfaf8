import { openOutbound } from '@orderbridge/service-kit/outbound-http';
import type { PaymentConfig } from '../../payment-config.ts';
import { createAlipayClient } from './alipay-client.ts';
import { createHmacClient } from './hmac-client.ts';
import type { PaymentProvider, PaymentProviders } from './provider.ts';
import { createWechatClient } from './wechat-client.ts';

/** How long one call to a provider may take (domain.md §1.16). */
const TIMEOUT_MS = 10_000;

/** The clients of the providers that are configured, and how to let go of their connections. */
export function buildProviders(
  { wechat, alipay, generic, mock, outbound: hosts }: PaymentConfig,
  now: () => Date,
  timeoutMs = TIMEOUT_MS,
): { readonly providers: PaymentProviders; readonly close: () => Promise<void> } {
  const outbound = openOutbound({ timeoutMs, ...hosts });
  const edge = { outbound, now };
  const clients: (PaymentProvider | undefined)[] = [
    wechat && createWechatClient(edge, wechat),
    alipay && createAlipayClient(edge, alipay),
    generic && createHmacClient(edge, 'generic', generic),
    mock && createHmacClient(edge, 'mock', mock),
  ];
  return {
    providers: new Map(clients.filter((client) => client !== undefined).map((client) => [client.name, client])),
    close: () => outbound.close(),
  };
}
