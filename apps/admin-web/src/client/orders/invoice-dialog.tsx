import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { INVOICE_NUMBER, INVOICE_NUMBER_MAX } from '@orderbridge/contracts/invoice-number';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { formatDay } from '../format/beijing-time.ts';
import { ActDialog } from '../layout/act-dialog.tsx';

type InvoiceDialogProps = { order: OrderView; onClose: () => void };
type Values = { number?: string; date?: string };

/** Records number and date of the invoice of a government order, or with both left empty takes them away. */
export function InvoiceDialog({ order: { orderNumber, invoice, createdAt }, onClose }: InvoiceDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [today] = useState(() => formatDay(new Date()));
  return (
    <ActDialog<Values>
      title={t('action.recordInvoice')}
      effects={[t('orderPage.effectInvoice'), ...(invoice ? [t('orderPage.effectInvoiceAway')] : [])]}
      confirm={t('order.actionConfirm', { action: t('action.recordInvoice') })}
      initialValues={invoice ?? {}}
      testId="invoice"
      run={async ({ number, date }) => {
        const given = number?.trim() ? { number: number.trim(), date: date ?? '' } : null;
        await ordersClient.order.recordInvoice.mutate({ orderNumber, invoice: given });
        await queryClient.invalidateQueries(ordersApi.order.get.queryFilter({ orderNumber }));
        return t(given ? 'orderPage.invoiceRecorded' : 'orderPage.invoiceRemoved');
      }}
      onClose={onClose}
    >
      <Form.Item
        name="number"
        label={t('orderPage.invoiceNumber')}
        dependencies={['date']}
        rules={[
          ({ getFieldValue }) => ({
            required: invoice === null || Boolean(getFieldValue('date')),
            whitespace: true,
            message: t('order.missing'),
          }),
          {
            validator: async (_rule: unknown, text?: string) => {
              if (text?.trim() && !INVOICE_NUMBER.test(text.trim()))
                throw new Error(t('orderPage.invoiceNumberInvalid'));
            },
          },
        ]}
      >
        <Input maxLength={INVOICE_NUMBER_MAX} data-testid="invoice-number-field" />
      </Form.Item>
      <Form.Item
        name="date"
        label={t('orderPage.invoiceDate')}
        dependencies={['number']}
        rules={[
          ({ getFieldValue }) => ({
            required: invoice === null || Boolean(getFieldValue('number')),
            message: t('order.missing'),
          }),
        ]}
      >
        <Input type="date" min={formatDay(new Date(createdAt))} max={today} data-testid="invoice-date-field" />
      </Form.Item>
    </ActDialog>
  );
}
