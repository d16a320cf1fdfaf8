import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { formatCount } from '../format/count.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';
import { readPieces } from './read-pieces.ts';

type Values = { pieces: string; reason: string };

/** Adds to the local stock or takes from it; Haier keeps the stock of its own goods. */
export function AdjustStock({ product: { productCode, source, stock } }: { product: ProductView }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('catalogue.adjustStock');
  const [asking, setAsking] = useState(false);
  const adjust = async ({ pieces, reason }: Values) => {
    const changed = await ordersClient.inventory.adjust.mutate({ productCode, quantity: readPieces(pieces)!, reason });
    await Promise.all(
      [ordersApi.product, ordersApi.inventory].map((part) => queryClient.invalidateQueries(part.pathFilter())),
    );
    return t('products.adjusted', { code: productCode, stock: formatCount(changed.stock) });
  };
  const refused = source === 'haier' ? t('products.adjustHaier') : null;
  return (
    <>
      <ActButton
        refused={permitted ? refused : t('products.stockNotPermitted')}
        testId="product-adjust-stock"
        onClick={() => setAsking(true)}
      >
        {t('products.adjust')}
      </ActButton>
      {asking && (
        <ActDialog<Values>
          title={t('products.adjustOf', { code: productCode })}
          effects={[
            t('products.effectAdjust', { stock: formatCount(stock) }),
            t('products.effectHeld'),
            t('products.effectLogged'),
          ]}
          confirm={t('products.adjust')}
          testId="adjust-stock"
          run={adjust}
          onClose={() => setAsking(false)}
        >
          <Form.Item
            name="pieces"
            label={t('products.pieces')}
            rules={[
              {
                validator: (_rule, value: string | undefined) =>
                  readPieces(value ?? '') === undefined
                    ? Promise.reject(new Error(t('products.piecesInvalid')))
                    : Promise.resolve(),
              },
            ]}
          >
            <Input maxLength={9} placeholder={t('products.piecesHint')} data-testid="adjust-stock-pieces" />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('order.actionReason')}
            rules={[{ required: true, whitespace: true, message: t('order.missing') }]}
          >
            <Input maxLength={200} data-testid="adjust-stock-reason" />
          </Form.Item>
        </ActDialog>
      )}
    </>
  );
}
