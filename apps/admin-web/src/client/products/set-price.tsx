import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { formatFen } from '@orderbridge/contracts/money';
import { readYuan } from '@orderbridge/contracts/payment-callback';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

type Values = { yuan: string; reason: string };

export function SetPrice({ product: { productCode, priceFen } }: { product: ProductView }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('catalogue.setPrice');
  const [asking, setAsking] = useState(false);
  const set = async ({ yuan, reason }: Values) => {
    const changed = await ordersClient.product.setPrice.mutate({
      productCode,
      priceFen: readYuan(yuan.trim())!,
      reason,
    });
    await queryClient.invalidateQueries(ordersApi.product.pathFilter());
    return t('products.priceSet', { code: productCode, price: formatFen(changed.priceFen) });
  };
  return (
    <>
      <ActButton
        refused={permitted ? null : t('products.priceNotPermitted')}
        testId="product-set-price"
        onClick={() => setAsking(true)}
      >
        {t('products.setPrice')}
      </ActButton>
      {asking && (
        <ActDialog<Values>
          title={t('products.setPriceOf', { code: productCode })}
          effects={[
            priceFen === 0 ? t('products.effectFirstPrice') : t('products.effectPrice', { price: formatFen(priceFen) }),
            t('products.effectPlaced'),
            t('products.effectNoSync'),
          ]}
          confirm={t('products.setPrice')}
          testId="set-price"
          run={set}
          onClose={() => setAsking(false)}
        >
          <Form.Item
            name="yuan"
            label={t('products.newPrice')}
            rules={[
              {
                validator: (_rule, value: string | undefined) =>
                  (readYuan((value ?? '').trim()) ?? 0) > 0
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('order.amountInvalid'))),
              },
            ]}
          >
            <Input prefix="¥" inputMode="decimal" maxLength={20} data-testid="set-price-yuan" />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('order.actionReason')}
            rules={[{ required: true, whitespace: true, message: t('order.missing') }]}
          >
            <Input maxLength={200} data-testid="set-price-reason" />
          </Form.Item>
        </ActDialog>
      )}
    </>
  );
}
