import { useQueryClient } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView, PaymentView } from '@orderbridge/contracts/orders-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { CheckoutView } from './checkout-view.tsx';

type Method = PaymentView['method'];

const METHODS = Object.keys({ generic: true, mock: true, wechat: true, alipay: true } satisfies Record<
  Method,
  true
>) as Method[];

type OpenPaymentDialogProps = { order: OrderView; onClose: () => void };

/** Opens a payment, or takes up the open one, and shows what the buyer needs to pay it. */
export function OpenPaymentDialog({ order: { orderNumber, payableFen }, onClose }: OpenPaymentDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return (
    <ActDialog<{ method: Method }>
      title={t('order.openPaymentTitle')}
      effects={[t('order.openPaymentText', { amount: formatFen(payableFen) }), t('orderPage.paymentReused')]}
      confirm={t('order.openPaymentConfirm')}
      initialValues={{ method: METHODS[0]! }}
      testId="open-payment"
      run={async ({ method }) => {
        const { checkout } = await ordersClient.payment.open.mutate({ orderNumber, method });
        await Promise.all([
          queryClient.invalidateQueries(ordersApi.order.get.queryFilter({ orderNumber })),
          queryClient.invalidateQueries(ordersApi.payment.list.pathFilter()),
        ]);
        return checkout === null ? t('order.paymentOpened') : { shown: <CheckoutView checkout={checkout} /> };
      }}
      onClose={onClose}
    >
      <Form.Item name="method" label={t('order.method')}>
        <Radio.Group
          aria-label={t('order.method')}
          options={METHODS.map((value) => ({ value, label: t(`paymentMethod.${value}`) }))}
        />
      </Form.Item>
    </ActDialog>
  );
}
