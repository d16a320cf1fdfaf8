import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ActDialog } from '../layout/act-dialog.tsx';
import { useSession } from '../session/session-guard.tsx';

type RemoveProductProps = { product: ProductView; onRemoved: () => void };

export function RemoveProduct({ product: { productCode, name, source }, onRemoved }: RemoveProductProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const permitted = useSession().permissions.includes('catalogue.adjustStock');
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await ordersClient.product.remove.mutate({ productCode });
    onRemoved();
    await Promise.all([
      queryClient.invalidateQueries(ordersApi.product.list.pathFilter()),
      queryClient.invalidateQueries(ordersApi.inventory.pathFilter()),
    ]);
    return t('products.removed', { code: productCode });
  };
  return (
    <>
      <ActButton
        danger
        refused={permitted ? null : t('products.removeNotPermitted')}
        testId="product-remove"
        onClick={() => setAsking(true)}
      >
        {t('products.remove')}
      </ActButton>
      {asking && (
        <ActDialog
          danger
          title={t('products.removeOf', { code: productCode })}
          effects={[
            t('products.effectRemove', { name }),
            t('products.effectOrdered'),
            ...(source === 'haier' ? [t('products.effectSyncsBack')] : []),
          ]}
          confirm={t('products.remove')}
          testId="remove-product"
          run={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
