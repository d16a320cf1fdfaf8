import type { CallbackProviderName } from '@orderbridge/contracts/callback-envelope';
import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { SignatureReport } from '@orderbridge/contracts/signature-report';
import type { z } from 'zod';
import type { GatewayConfig } from '../config.ts';
import { alipaySignature } from './alipay-signature.ts';
import { haierSignature } from './haier-signature.ts';
import { hmacSignature } from './hmac-signature.ts';
import { type ExplainProvider, reportOf } from './signature-report.ts';
import { CONCLUSIONS } from './signature-words.ts';
import { wechatSignature } from './wechat-signature.ts';

type Secrets = Pick<GatewayConfig, 'haier' | 'payment' | 'wechat' | 'alipay'>;
type Asked = z.output<typeof internalCalls.explainSignature.request>;

/**
 * Says why the signature of a stored callback is right or wrong (features.md row 21). It runs here because the secrets
 * are here; no secret and no signature that would have been right is ever part of the answer (R41).
 */
export function explainSignature({ haier, payment, wechat, alipay }: Secrets): (asked: Asked) => SignatureReport {
  const ofHaier = known(haier.secret, haier.previousSecret);
  const ofPayments = known(payment.secret, payment.previousSecret);
  const secrets = [...ofHaier, ...ofPayments];
  const hmac = hmacSignature(payment, [...ofHaier, ...known(haier.appKey)]);
  const providers: Record<CallbackProviderName, ExplainProvider> = {
    haier: haierSignature(haier, ofPayments),
    generic: hmac,
    mock: hmac,
    wechat: wechatSignature(wechat),
    alipay: alipaySignature(alipay),
  };

  return ({ provider, receivedAt, ...stored }) => {
    if (!Object.hasOwn(providers, provider)) return NOT_EXPLAINED;
    const request = { ...stored, receivedAt: new Date(receivedAt) };
    return reportOf(providers[provider as CallbackProviderName](request), request, secrets);
  };
}

const known = (...secrets: (string | undefined)[]): string[] => secrets.filter((secret) => secret !== undefined);

const NOT_EXPLAINED: SignatureReport = {
  algorithm: null,
  canonical: null,
  given: null,
  matches: false,
  variantsTried: [],
  explanation: CONCLUSIONS.notExplained.zh,
  explanationEn: CONCLUSIONS.notExplained.en,
};
