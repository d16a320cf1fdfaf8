import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Checkout } from '@orderbridge/contracts/orders-api';
import { CopyButton } from '../layout/copy-button.tsx';
import { LoadingLines } from '../layout/loading-lines.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { isWebAddress } from './web-address.ts';

const CheckoutCode = fetched(() => import('./checkout-code.tsx'));

/** How the buyer pays what was opened: a code to scan, a page to go to, or inside WeChat. */
export function CheckoutView({ checkout }: { checkout: Checkout }) {
  const { t } = useTranslation();
  return (
    <div className="checkout" data-testid="checkout" data-kind={checkout.kind}>
      {checkout.kind === 'wechat_native' && (
        <>
          <p>{t('orderPage.scanWithWechat')}</p>
          <Suspense fallback={<LoadingLines />}>
            <CheckoutCode text={checkout.codeUrl} />
          </Suspense>
          <PayAddress text={checkout.codeUrl} />
        </>
      )}
      {checkout.kind === 'alipay_page' && (
        <>
          <p>{t('orderPage.payAtAlipay')}</p>
          {isWebAddress(checkout.url) && (
            <a href={checkout.url} target="_blank" rel="noopener noreferrer">
              {t('orderPage.openAlipay')}
            </a>
          )}
          <PayAddress text={checkout.url} />
        </>
      )}
      {checkout.kind === 'wechat_jsapi' && <p>{t('orderPage.payInWechat')}</p>}
    </div>
  );
}

function PayAddress({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <span className="with-copy">
      <span className="code checkout-address">{text}</span>
      <CopyButton text={text} what={t('orderPage.payAddress')} />
    </span>
  );
}
