import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderView, PaymentView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { formatFen } from '../format/money.ts';
import { ProblemText } from '../layout/failure-notice.tsx';
import { useToast } from '../layout/toasts.tsx';

type Method = PaymentView['method'];

const METHODS = Object.keys({ generic: true, mock: true, wechat: true, alipay: true } satisfies Record<
  Method,
  true
>) as Method[];

type OpenPaymentDialogProps = { order: OrderView; open: boolean; onClose: () => void };

export function OpenPaymentDialog({ order, open, onClose }: OpenPaymentDialogProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const queryClient = useQueryClient();
  const [method, setMethod] = useState<Method>(METHODS[0]!);
  const openPayment = useMutation(
    ordersApi.payment.open.mutationOptions({
      onSuccess: async () => {
        onClose();
        toast('success', t('order.paymentOpened'));
        await queryClient.invalidateQueries(ordersApi.order.get.queryFilter({ orderNumber: order.orderNumber }));
      },
    }),
  );
  return (
    <Modal
      open={open}
      title={t('order.openPaymentTitle')}
      okText={t('order.openPaymentConfirm')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: openPayment.isPending, 'data-testid': 'open-payment-confirm' }}
      onOk={() => openPayment.mutate({ orderNumber: order.orderNumber, method })}
      onCancel={onClose}
      afterClose={openPayment.reset}
      destroyOnHidden
    >
      <p>{t('order.openPaymentText', { amount: formatFen(order.payableFen) })}</p>
      <Radio.Group
        aria-label={t('order.method')}
        value={method}
        options={METHODS.map((value) => ({ value, label: t(`paymentMethod.${value}`) }))}
        onChange={(event) => setMethod(event.target.value as Method)}
      />
      {openPayment.error && (
        <Alert
          type="error"
          showIcon
          role="alert"
          className="dialog-note"
          title={t('error.REFUSED')}
          description={<ProblemText error={openPayment.error} />}
        />
      )}
    </Modal>
  );
}
